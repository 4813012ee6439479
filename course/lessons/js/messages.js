/**
 * The messages between Python and the browser, by the names that course/lessons/messages.py has too.
 * This file holds types only: tsc reads them, a browser never loads it.
 *
 * @typedef {[article: string, start: number, end: number, label: string]} Mark a stretch, in code points
 * @typedef {[article: string, start: number, end: number, label: string, by: string, note: string]} NoteOfLayer
 *
 * @typedef {object} Passage a titled text
 * @property {string} title
 * @property {string} text
 *
 * @typedef {object} PanelTable
 * @property {string} caption
 * @property {string[]} columns
 * @property {string[][]} rows
 * @property {boolean} [below] below the buttons
 * @property {string} [fold] what it opens below, with others
 *
 * @typedef {object} PanelField text, area, checkbox, choice, file, or another of HTML's inputs
 * @property {string} name
 * @property {string} kind
 * @property {string} label
 * @property {string | boolean} [value]
 * @property {string} [accept]
 * @property {boolean} [bytes] a file comes in base64
 * @property {[value: string, text: string][]} [options]
 * @property {string[]} [bank] texts that can be put into an area
 * @property {string} [key] leads to the control
 * @property {number} [at] two fields that differ in it alone are two: nothing typed stays
 *
 * @typedef {object} PanelButton
 * @property {string} name
 * @property {string} label
 * @property {boolean} [main]
 * @property {boolean} [pressed]
 * @property {string} [key] does the same
 * @property {string} [sure] a question asked first
 *
 * @typedef {object} Download a file for the browser: a text, or `data` in base64
 * @property {string} name
 * @property {string} type
 * @property {string} [text]
 * @property {string} [data]
 *
 * @typedef {object} Status what is said beside a control (no `text`: 'Saved' and the time), and what is new
 * @property {string} [text]
 * @property {boolean} [problem]
 * @property {string} [re] the number of the message that this answers
 * @property {unknown} [value] stands in place of what was sent
 * @property {Download[]} [downloads]
 * @property {boolean} [forget] what no kernel has heard is another person's now
 * @property {boolean} [anew] somebody signed in, loaded work or left: all that is shown may have changed
 *
 * @typedef {object} EvidenceCard
 * @property {string} id
 * @property {string} title
 * @property {string} html escaped by Python's `card_html`, the one place that draws a card
 *
 * @typedef {object} FormItem one thing asked, and where its words stand (`at`: line, start, end)
 * @property {string} id
 * @property {string} text
 * @property {string} article
 * @property {string} file
 * @property {string} words
 * @property {[line: number, start: number, end: number] | null} at
 * @property {string[]} options
 * @property {string} group
 * @property {string} passage
 * @property {EvidenceCard[]} cards
 * @property {boolean} number a number is wanted
 * @property {Record<string, string>} given in a grid, the answers that are given, by article
 *
 * @typedef {[number: number, sentences: string[]]} TextLine a paragraph's number or 0, and its sentences
 *
 * @typedef {object} FormSpec what a form asks; `texts` are articles to look things up in
 * @property {string} id
 * @property {string} kind
 * @property {string} title
 * @property {string} prompt
 * @property {string} note
 * @property {string} beside the exercise further up whose answers stand beside its items, or none
 * @property {string[]} articles
 * @property {string[]} words those that it is about: they are looked for first
 * @property {Record<string, string>} rubric
 * @property {string[]} sound the options that trust what is judged
 * @property {boolean} private
 * @property {FormItem[]} items
 * @property {Passage[]} passages
 * @property {Record<string, TextLine[]>} texts
 *
 * @typedef {object} FeedbackEntry one line of feedback
 * @property {string} text
 * @property {string} article
 * @property {string} words
 * @property {string} given
 * @property {string} verdict
 * @property {number | null} credit
 * @property {string[]} lines
 * @property {number} disputed 1: several answers can be defended; 2: the readers differed
 * @property {EvidenceCard[]} [cards] evidence cards that open with it
 *
 * @typedef {object} Feedback what a form shows in place of its controls
 * @property {string} summary
 * @property {FeedbackEntry[]} items
 *
 * @typedef {object} ReaderArticle an article in a Reader; `shown`: the only stretches to show, where there are any
 * @property {string} id
 * @property {string} word what stands before its id in headings, such as `Article `
 * @property {string} raw
 * @property {[start: number, end: number][]} shown
 * @property {[start: number, end: number][]} sentences
 * @property {[number: number, start: number][]} numbers
 *
 * @typedef {object} ReaderLayer
 * @property {string} name
 * @property {boolean} shown
 * @property {NoteOfLayer[]} notes
 *
 * @typedef {object} FormTraits the traits of Python's Form
 * @property {FormSpec} spec
 * @property {Record<string, any>} value
 * @property {Partial<Feedback>} feedback
 *
 * @typedef {object} PanelTraits the traits of Python's Panel
 * @property {string} name
 * @property {string} title
 * @property {boolean} live it wants to hear when it comes into sight
 * @property {string[]} lines
 * @property {Passage[]} passages
 * @property {PanelTable[]} tables
 * @property {PanelField[]} fields
 * @property {PanelButton[]} buttons
 * @property {[what?: string, done?: number, total?: number]} progress `total` 0: nobody knows
 *
 * @typedef {object} ReaderTraits the traits of Python's Reader
 * @property {string} title
 * @property {string} name
 * @property {string} prompt
 * @property {ReaderArticle[]} articles
 * @property {ReaderLayer[]} layers
 * @property {[one: Mark, other: Mark][]} links
 * @property {string[]} labels
 * @property {Mark[]} marks
 * @property {string[]} heat
 * @property {string[]} order
 * @property {string[]} told
 * @property {string} beside the exercise whose newest answer the labels are, or none
 * @property {boolean} several the same words may have several labels
 * @property {boolean} folded the text opens with a click
 *
 * @typedef {object} PassageShown a passage of an article, with some words around it
 * @property {string} article
 * @property {number} number its paragraph's, 0 outside the report
 * @property {string} before
 * @property {string} words
 * @property {string} after
 *
 * @typedef {object} CellShown
 * @property {string} text
 * @property {string} own what the student answered there
 * @property {string} fill the colour of its ground
 * @property {PassageShown[]} passages
 *
 * @typedef {object} Row
 * @property {string} head
 * @property {CellShown[]} cells
 * @property {[article: string, origin: string][]} [lines] those that run from an article, "" to nobody named
 *
 * @typedef {object} GridAbout what figures.json says of a look
 * @property {string} [how] how to read the picture
 * @property {string} [hollow] the row whose dots are hollow
 * @property {string} [open] what a rung says that names no source
 * @property {string[]} [tint] words that stand out
 *
 * @typedef {object} GridTraits the traits of Python's Grid, a figure as a table
 * @property {string} title
 * @property {string} told
 * @property {string[]} columns
 * @property {Row[]} rows
 * @property {string} look a picture, or none: a plain table
 * @property {GridAbout} about
 */

/**
 * What anywidget gives of a widget's Python side, with the traits `T`.
 *
 * @template T
 * @typedef {object} Model
 * @property {<K extends keyof T>(name: K) => T[K]} get
 * @property {(name: any, value?: any, options?: object) => any} set
 * @property {(events: string, act: (...given: any[]) => void) => void} on
 * @property {(events: string, act: (...given: any[]) => void) => void} off
 * @property {(content: object) => void} send
 * @property {{ get_model: (id: string) => Promise<Model<any>> }} widget_manager
 */

/**
 * @template T
 * @typedef {{ model: Model<T>, el: HTMLElement, signal?: AbortSignal }} Context what a widget is drawn with
 */

export {};
