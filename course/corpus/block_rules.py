"""The rules of the block reader, as data: which lines of a copied page are which kind of noise.

To teach it a new advert line, caption label or sign-up line, add it to LINES or OPENINGS. Those two are
written in small letters with straight quotes, and are compared with a line in that form, without the
bullet before it and the full stop, colon or arrow after it. A form with names or numbers in it goes into PATTERNS.
Rules come before structure: what no rule knows is judged in blocks.py by its full stop and its place.
"""

# A line that is this and nothing else.
LINES = {
    "heading": "in short ; in brief ; key points ; at a glance ; what we know ; what we know so far ; highlights ; key takeaways",
    "advert": "advertisement ; advertisements ; advert ; ad ; ads ; ad feedback ; skip advertisement ; sponsored"
    " ; sponsor message ; sponsored content ; paid content ; promoted ; promoted content ; paid advertisement"
    " ; article continues below ; story continues below ; story continues ; continue reading ; scroll to continue"
    " ; keep scrolling ; scroll down to continue ; article continues after this advertisement ; close ad",
    "caption": "image caption ; media caption ; video caption ; caption ; image ; media ; picture ; photo",
    "credit": "image source ; media source ; video source ; picture source",
    "embed": "view on x ; view on twitter ; view on instagram ; watch on youtube ; view post on x ; see new posts"
    " ; [image or embed] ; view on threads ; view this post on facebook ; show more ; read more on x",
    "metadata": "by ; author ; authors ; published ; updated ; posted ; source ; source link ; publish date ; date"
    " ; exclusive ; explainer ; analysis ; opinion ; news ; breaking news ; live updates ; tags ; topics ; topic"
    " ; related topics ; related tags ; explore more on these topics ; filed under ; categories ; in this article"
    " ; news provided by ; key words ; keywords ; more from this author ; section ; contributors",
    "notice": "share ; save ; print ; email ; copy link ; link copied ; comments ; comment ; facebook ; twitter ; x"
    " ; whatsapp ; reddit ; linkedin ; flipboard ; pinterest ; telegram ; tweet ; like ; like this ; loading ; more"
    " ; follow ; follow us ; subscribe ; sign up ; sign in ; log in ; register ; download ; transcript ; listen ; live"
    " ; watch ; play ; video ; read later ; toggle caption ; hide caption ; enlarge this image ; enlarge image ; menu"
    " ; search ; skip to content ; read more ; read next ; related ; related articles ; related stories ; see also"
    " ; related content ; related coverage ; related posts ; more on this story ; more on this ; more stories"
    " ; more news ; you may also like ; you might also like ; recommended ; recommended stories ; recommended for you"
    " ; recommended reading ; recommended videos ; also read ; read also ; must read ; top stories ; trending"
    " ; trending now ; most read ; most popular ; most viewed ; latest news ; latest ; editors' picks ; editor's picks"
    " ; don't miss ; what to read next ; up next ; from around the web ; around the web ; more for you ; related internet"
    " links ; related links ; keep reading ; go deeper ; key events ; end of list ; share full article ; view comments"
    " ; report this ad ; suggest a correction ; order reprints ; reuse this content ; back to top ; previous ; next"
    " ; read full article ; view all ; show all ; load more ; close ; cancel ; submit ; in pictures",
    "footer": "terms of use ; privacy policy ; contact us ; about us ; advertise with us ; cookie policy ; help ; careers"
    " ; no comments ; no comments yet ; comments are closed ; comments have been closed ; report a typo",
}

# The one line after such a line is of the same kind, whatever it looks like.
LABELS = {"image caption", "media caption", "video caption", "caption", "image source", "media source", "by"}
LABELS |= {"video source", "picture source", "news provided by", "author", "enlarge this image", "enlarge image"}

# After such a line comes a list of titles or topics: the lines without a full stop that follow.
LISTS = {"related topics", "explore more on these topics", "tags", "topics", "related tags", "filed under", "key events"}
LISTS |= {"read more", "read next", "related", "recommended", "trending", "latest", "also read", "see also", "go deeper"}
LISTS_ALSO = ("related ", "more on ", "more from ", "most ", "recommended ", "top stories", "you may ", "you might ")

# In the second half of a page, everything after such a line is footer.
ENDINGS = r"(?i:(?:\d+ )?comments?|(?:leave|add|post) a (?:comment|reply)|join the conversation|about the authors?|--"
ENDINGS += r"|(?:media |press |investor )?contacts?|forward-looking statements.*|conversation)|(?:About|ABOUT) [^a-z].{2,50}"

# At the end of a page, sentences like these are footer.
LAST = r"[A-ZÀ-Þ][\w .'-]{2,60} (?:covers|reports? on|writes (?:about|on|for)|(?:is|was) (?:an? |the |based )[^.]{0,80}"
LAST += r"\b(?:reporter|correspondent|editor|columnist|journalist|photographer|writer|producer|author|fellow|freelancer|lecturer|professor))\b"

# A line that begins so, whether or not it is a sentence.
OPENINGS = {
    "advert": "advertisement - ; advertisement: ; article continues below ; story continues below ; story continues after"
    " ; article continues after ; continue reading below ; scroll down to ; scroll for more",
    "caption": "file photo ; file - ; file – ; file — ; file: ; image caption, ; media caption, ; video caption, ; ![",
    "credit": "image source, ; image source: ; photo credit ; image credit ; picture credit ; image courtesy ; photo courtesy",
    "embed": "a post shared by ; a post on ; view this post on ; view this photo on ; skip twitter post ; skip x post"
    " ; skip instagram post ; skip facebook post ; skip tiktok post ; end of twitter post ; end of x post ; replying to @"
    " ; end of instagram post ; end of facebook post ; end of tiktok post ; allow twitter content ; allow x content"
    " ; allow instagram content ; to view this content ; this content is not available ; <iframe ; <blockquote",
    "metadata": "filed under ; tags: ; topics: ; topic: ; categories: ; category: ; keywords: ; published: ; updated: ; posted on"
    " ; posted by ; posted in ; published on ; published by ; last updated ; last modified ; first published ; source link"
    " ; publish date ; published date ; author: ; from: ; newsgroups: ; subject: ; message-id: ; organization: ; lines:",
    "notice": "read more: ; read more about ; read more on ; read more at ; read more from ; read more - ; related: ; related |"
    " ; related article ; related story ; also read ; read also ; read next ; see also: ; more: ; must read ; watch: ; video:"
    " ; watch live ; watch ; ; in pictures: ; gallery: ; photos: ; listen: ; share this ; share on ; share via ; share to"
    " ; click here ; click to ; tap here ; tap to ; like us on ; follow us ; follow our ; follow the ; heard on ; listen to this"
    " ; listen to the best ; download our ; download the app ; sign up for ; sign up to ; sign up here ; sign up now"
    " ; sign up: ; subscribe to ; subscribe for ; subscribe now ; join our ; support our ; donate ; get our ; log in to"
    " ; already a subscriber ; already have an account ; to continue reading ; to read the full ; this content is for"
    " ; this article is for subscribers ; you have reached your ; we use cookies ; by signing up ; by subscribing"
    " ; by clicking ; by entering your email ; by submitting ; by continuing ; you can unsubscribe ; unsubscribe ; thanks for reading ; kindly share"
    " ; continue reading ; get in touch ; got a story ; got a tip ; got a news tip ; have a tip ; do you have a story"
    " ; have you been affected ; don't have an account ; be the first to ; fox news flash ; newyou can ; opens in a new"
    " ; enable notifications ; this video can not be played ; this video cannot be played ; your browser does not"
    " ; sorry, there are no ; read our ; see more on ; see more: ; for more on this ; stay up to date ; stay informed"
    " ; click on ; (sign up ; (read ; recommended: ; list 1 of ; list 2 of ; list 3 of ; list 4 of ; list of",
    "footer": "our standards: ; all rights reserved ; all content ; all contents ; associated press writer ; the post"
    " ; an earlier version of this ; a previous version of this ; a version of this ; a correction was made ; correction:"
    " ; clarification: ; correction (| editor's note ; editors' note ; editor’s note ; disclaimer ; disclosure: ; reprinted"
    " ; the views expressed ; the opinions expressed ; views expressed ; opinions expressed ; with files from ; (with"
    " ; with reporting from ; with reporting by ; with agency ; with inputs from ; for media inquiries ; press contact"
    " ; comments have to be ; this is a developing ; this is a breaking ; this story is developing ; for more information"
    " ; source: ; sources: ; republished ; this material may not ; this site is protected ; we welcome comments",
}

# What has names or numbers in it: kind, form, why. The first that fits wins.
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
SITE = r"(?:facebook|twitter|x|instagram|whatsapp|telegram|linkedin|tiktok|youtube|threads|bluesky|google news)\b"
WEB = rf"\b(?:newsletters?|inbox|app|podcasts?|channel|stor(?:y|ies)|alerts|e-?mails?|subscri\w+|notifications|here|{SITE})"
ASK = r"sign (?:up|in)|log in|subscribe|regist(?:er|ration)|join|download|follow|get|click|tap|stay|email|check out|visit"
ASK += r"|never miss|don't miss|find out more|become a|want (?:more|to)|enjoy(?:ed|ing)|looking for|set us|add us|send us"
ASK += r"|please (?:consider|support|subscribe|enable|log)|keep up|listen (?:to|on)|watch|read|see|view|support|contact us"
WORK = r"article|story|post|piece|interview|column|essay|page|content|commentary|op-ed|dispatch|transcript"
YOU = r"(?:you(?:'ve|'re|'ll)?|your)"
OURS = r"\b(?:newsletter|inbox|cookies|javascript|your browser|click (?:here|below|the)|unsubscribe|sign(?:ed|ing)? up|log in"
OURS += r"|comments below|articles? (?:left|in the past)|unlimited access|free trial|commission"
OURS += r"|our (?:website|site|app|journalism|newsroom|reporting|work|readers|terms|community|letters))\b"
SAID = r"\b(?:said|says|told|wrote|added|posted|tweeted|according to|asked|replied)\b"
PATTERNS = (
    ("embed", r".*\bpic\.(?:twitter|x)\.com/", "a post on X ends in the address of its picture"),
    ("embed", rf"(?s).*(?:—|–|--) ?[^()]{{1,80}}\(@[\w.-]+\)(?:,? {MONTH} \d.*|,? \d+ {MONTH}.*)?$", "the post's author"),
    ("embed", r"(?:Twitter|X|Instagram|TikTok|@\w+ */ *\w+): ?@\w+$|@\w+$", "the handle alone"),
    ("metadata", r"(?:[-=_*~.•·—–|#] ?){2,}$", "a line of signs that parts two sections"),
    ("heading", r"#{1,6} |(\*\*|__)[^*]+(?:\*\*|__):?$|=+ .* =+$", "Markdown"),
    ("heading", r"[IVX]+\.?$", "a chapter's number"),
    ("metadata", r"(?:https?://|www\.)\S+$|[\w-]+(?:\.[\w-]+)+/\S*$|[\w.+-]+@[\w.-]+\.\w+$", "an address and nothing else"),
    ("metadata", r"(?:Source(?: link)?|Author|Publish date|Date|URL|Location|Section|Reading time) ?: ?\S*[\w :/-]{0,40}$", ""),
    ("metadata", r"(?i)(?:(?:story|written|reported|words|text|analysis|opinion|interview|posted) )?by:? [^.!?:;]{2,120}$", ""),
    ("metadata", r"[^.!?]{3,60} \| (?:Reuters|AP|AFP|[A-Z][\w ]{2,30})$", "Jane Roe | Reuters"),
    ("metadata", r"(?:Published|Updated|Posted|First published)\b[^!?]{0,80}\d{4}[^!?]{0,40}$", "a time line with a place in it"),
    ("metadata", r"[A-Z]\S+ [A-Z]\S+(?: and [A-Z]\S+ [A-Z]\S+)? reported (?:this story )?from ", "where the reporter was"),
    ("footer", r"(?i).{0,60}\bis not responsible for the content\b", "other sites"),
    ("footer", r"(?i).{0,40}(?:©|\(c\)|&copy;) ?(?:copyright )?(?:\d{4}|[A-Z])(?!.*photo)|copyright (?:\d|for |of |by |©)", ""),
    ("footer", r"(?is).{0,600}\ball rights reserved\b|.{0,300}\bmay not be (?:published, broadcast|reproduced)", "rights"),
    ("footer", r"\(?(?:[Aa]dditional |[Ww]ith )?(?:[Rr]eport|[Ww]rit|[Ee]dit|[Pp]roduc)(?:ing|ed|tion)(?: [a-z]+){0,3} by:? [A-ZÀ-Þ]", ""),
    ("footer", r"(?s).{0,300}\bcontributed (?:to|reporting)\b(?: to)?(?: this (?:report|story|article))?\.?$", "who else wrote"),
    ("footer", rf"(?i)this (?:{WORK}) (?:was|has been|first|originally|appear|is (?:republish|part|adapt|from))", "where from"),
    ("footer", r"(?i)(?:.{0,60}\b(?:nonprofit|independent).{0,40}news|.{0,80}\bis solely responsible for all content)", ""),
    ("footer", r"(?s)SOURCE:? [A-Z][^.]{2,60}\.?$|.{0,200}\b(?:can be reached at|Follow (?:him|her|them) (?:on|at))\b", ""),
    ("footer", r"(?i)(?:corrections?|clarification|disclaimer|update|note to readers)\b.{0,30}: ", "put right after publication"),
    ("notice", rf"(?i)follow .{{2,50}} on {SITE}", "be followed"),
    ("notice", r"(?is)(?:.{0,300}\b(?:to|in|into) your inbox\b|.{0,200}\bunsubscribe\b|.{0,200}\bour privacy policy\b)", "post"),
    ("notice", rf"(?is)(?:{ASK})\b(?! (?:closes?|closed|was|were|is|are|has|have|had)\b).{{0,160}}{WEB}", "asked to do something"),
    ("notice", rf"(?is)(?=[^\"]{{0,300}}\b{YOU}\b)(?!.*{SAID})[^\"]{{0,400}}{OURS}", "the site speaks to its reader"),
    ("notice", r"(?i)(?:related|read more|also read|watch|listen|video|gallery|podcast|live|more|opinion|see also) ?[:|»>] ", ""),
    ("notice", r"\d{1,3}[- ][Mm]inute [Ll]isten|(?:[A-Z0-9'’,.-]+ ){4,}[A-Z0-9'’,.-]+$", "another story's title in capitals"),
    ("caption", r"\[?\d{1,2} ?(?:/|of) ?\d{1,2}\]? ?(?:\||[A-Z])", "1 of 5 |"),
    ("caption", r"(?:PHOTO|Photo|PICTURED|Pictured|Caption|ABOVE|Above|Left|Right|Top|TOP|In pictures) ?: ", "a caption's label"),
    ("caption", r".{0,200}\bin this (?:\w+,? ){0,4}(?:photo|image|photograph|screengrab|frame grab|handout)\b", "what it shows"),
    ("caption", r".{0,120}\b(?:is|are) (?:seen|pictured|shown) (?:here|outside|inside|during|arriving|leaving)\b", "the same"),
    ("caption", r"[^\"]{0,160}\((?:left|right|centre|center|L|R|C)\)", "who stands where"),
    ("caption", rf"[^\"]{{10,250}}(?<! on)(?<! On),? {WEEKDAY}, {MONTH} \d{{1,2}}, \d{{4}}[^\"]{{0,60}}$", "an agency's caption"),
)

# Credits: at the end of a caption, or alone on a line.
AGENCY = r"(?:Getty(?: Images)?|GETTY(?: IMAGES)?|AFP|AP(?: Photos?)?|(?:The )?Associated Press|Reuters|REUTERS|EPA|EFE|ANSA|UPI"
AGENCY += r"|Anadolu(?: Agency| Ajansi)?|Xinhua|PA(?: Media| Wire| Images)?|Shutterstock|Alamy(?: Stock Photo| Live News)?"
AGENCY += r"|iStock(?:photo)?|Bloomberg|ZUMA(?: Press)?|SOPA(?: Images)?|NurPhoto|TASS|dpa|DPA|ANI|PTI|Bernama|SWNS|Imagn"
AGENCY += r"|(?:THE |The )?(?:CANADIAN PRESS|Canadian Press)|Agence France-Presse|Handout|HANDOUT|Supplied|SUPPLIED|Sipa(?: USA)?"
AGENCY += r"|Unsplash|Pixabay|Wikimedia(?: Commons)?|EyeEm|Rex(?: Features)?|Kyodo|Yonhap|AAP|NTB|TT|Magnum|VCG)"
NAME = r"[A-ZÀ-Þ][^\s/|()]*(?: (?:de|da|van|von|der|bin|for|of|the|[A-ZÀ-Þ][^\s/|()]*)){0,6}"
PICTURE = r"(?:Photograph|Photo|PHOTO|Picture|Image|Credit|CREDIT|Pic|Illustration|Composite|Graphic|Screengrab)s?"
BY = r"(?: [Cc]redits?)?(?: [Bb]y| courtesy(?: of)?)?(?: ?: ?|\.{3}| ?/ ?|(?<=[Bb]y) |(?<=of) )"
CREDITS = (
    rf"(?: [-–—] ?| ?\| ?)(?:{AGENCY}|{NAME} ?/ ?{NAME}|{NAME}(?: via |/){AGENCY}|[A-ZÀ-Þ.'-]{{2,}}(?: [A-ZÀ-Þ.'-]{{2,}})+)",
    rf"(?: ?\| ?|(?<![\w'-])){PICTURE}{BY}(?:{NAME}|[Ss]upplied|[Hh]andout|[Cc]ontributed|[Ff]ile|@\S+)[^.!?]{{0,60}}",
    r"[(\[](?:AP|Photo|Image|Picture|Pic|Credit|Courtesy|Reuters|REUTERS|Getty|AFP|EPA|PA|File|Supplied|Handout)\b[^()\[\]]{0,90}[)\]]",
    rf"[(\[][^()\[\]]{{2,60}}(?:/| via |{AGENCY})[^()\[\]]{{0,60}}[)\]]",
    r"(?<=[.!?\"] )\([A-Z][^().!?]{2,60}\)",
    r"(?<!\w)(?:REUTERS|AP Photo|AFP|EPA|THE CANADIAN PRESS)/[^.!?]{2,80}",
    rf"(?:(?<=[.!?\"])|^) ?(?:{NAME} ?(?:/|—|–| via ) ?)*{AGENCY}(?: ?(?:/|via|-) ?{NAME})?",
    rf"(?:(?<=[.!?\"])|^) ?{NAME} ?/ ?{NAME}",
    rf"© ?{NAME}[^.!?]{{0,60}}",
    r"(?:(?<=[.!?\"])|^) ?(?:Photo |Image )?[Cc]ourtesy(?: of|:)? [A-Z][^.!?]{2,60}",
)

# A line of nothing but these words and numbers says when, or how long.
DATE_WORDS = set(
    "january february march april may june july august september october november december jan feb mar apr jun jul"
    " aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur"
    " thurs fri sat sun am pm a m p h gmt bst utc est edt cst cdt mst mdt pst pdt et ct pt ist myt hkt sgt aest"
    " aedt cet cest wat cat eat sast pkt jst kst noon published updated posted modified last first on at ago just now"
    " hour hours hr hrs minute minutes min mins day days week weeks month months year years read listen uk us of the"
    " issue edition st nd rd th and".split()
)

# What tells reporting from a post, an answer, a deck.
PAST = r"\b(?:was|were|had|did|went|came|[a-z]{2,}ed)\b"
LIKE_A_POST = r"(?<!\w)[#@]\w|https?://|[\u2600-\u27bf\U0001f300-\U0001faff]|\b(?:I|I'm|[Ww]e|[Oo]ur|[Mm]y)\b"
FIRST_PERSON = r"\b(?:I|I'm|I've|I'd|[Ww]e|[Mm]y|[Oo]ur)\b"
SIGNED = r"(?:—|–|--) ?[^—–()]{1,80}\(@[\w.-]+\)|\bpic\.(?:twitter|x)\.com/"
POST_OPENS = ("view this post", "view this photo", "skip ")
POST_CLOSES = ("a post shared", "a post on", "end of ")
SHOWN = ("hide caption", "toggle caption")
BYLINE = r"(?i)(?:\w+ )?by\b|.*(?:\d|\bago\b)"
QUESTION = r"(?:What|Why|Who|How|When|Where|Which|Can|Could|Is|Are|Was|Were|Will|Would|Does|Do|Did|Has|Have|Should)\b"
QUESTION += r"(?!.*\b(?:you|your|I|we|my)\b)[^\"]*\?$"
