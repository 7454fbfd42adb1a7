"""Short and familiar forms of given names: whom "Tomek" or "Liz" may be."""

from __future__ import annotations

from collections.abc import Iterable

# A given name and the forms it goes by; the first is what stands in a roster.
_FORMS = """
abigail abby gail|adam ad|adrian ade adi|agnes aggie|alan al|albert al bert bertie|
alexander alex al sandy sasha xander|alexandra alex sandra sasha lexi ali alexa|
alfred alf alfie fred|alice ali allie|allison allie ally|amanda mandy manda|
amelia amy millie mia|andrew andy drew|angela angie ange|anna annie ann|anne annie|
annabel bel annie|anthony tony ant|antonia toni|antonio toni tono toño|arabella bella|
archibald archie|arthur art artie|barbara barb barbie babs|bartholomew bart barty|
beatrice bea trixie|beatriz bea bia|benedict ben|benjamin ben benji benny|
bernadette bernie detta|bernard bernie|bethany beth|bradley brad|bridget bridie biddy|
cameron cam|camille cami|carl carlo|caroline caro carrie carol|carolina caro|
cassandra cass cassie|catherine cathy kate katie cath cat kitty|
katherine kate kathy katie kat kath kitty|kathleen kath kathy kay|cecilia cece ceci celia|
charles charlie chuck chas chip|charlotte lottie charlie lotte char|chester chet|
christian chris|christina chris tina chrissy|christine chris tina chrissy|
christopher chris topher kit|clara clare|clifford cliff|clinton clint|constance connie|
cornelius con neil|cynthia cindy|daniel dan danny|daniela dani|danielle dani elle|
david dave davy|deborah deb debbie|denise dee|dennis den denny|derek del|diana di|dominic dom|
donald don donnie|dorothy dot dottie dolly|douglas doug|edmund ed ned|eduardo edu lalo|
edward ed eddie ted teddy ned|edwin ed|eleanor ellie nell nora ella|elena lena|
elizabeth liz lizzie beth betty eliza libby lisa bess betsy ellie|ellen ellie nell|
emily em emmy|emma em|emmanuel manny manu|enrique quique kike|erica ricky|eric ricky|
esther essie|eugene gene|evelyn evie eve|ezekiel zeke|felicity fliss flick|ferdinand ferdi|
fernando fer nando|florence flo florrie|frances fran fanny frankie|francesca fran fran cesca|
francis frank fran|francisco paco pancho fran kiko|franklin frank|frederick fred freddie rick|
frederic fred|friedrich fritz|gabriel gabe|gabriela gabi gaby|gabrielle gabi gabby|gareth gaz|
gary gaz|geoffrey geoff|george georgie|georgina georgie gina|gerald gerry jerry|
gerard gerry ged|gilbert gil bert|giovanni gianni vanni gio|giuseppe beppe peppe pino|
grace gracie|graham gray|gregory greg|guillermo memo guille|gustavo gus|gwendolyn gwen|
hannah hanna|hans hansi|harold harry hal|harriet hattie harri|harrison harry|
heinrich heiner heinz|helen nell|henrietta etta hetty|henry harry hank hal|herbert herb bert|
hubert bert hugh|hugh hughie|ignacio nacho|ignatius iggy|immanuel manny|irene rene|
isaac ike zac|isabel izzy bel isa belle|isabella izzy bella isa|isabelle izzy belle|
isadora izzy|israel izzy|ivan vanya|jacob jake coby|jacqueline jackie jacqui|
james jim jimmy jamie jem|jane janey|janet jan|janice jan|jasmine jas jazz|jason jay|
javier javi|jeffrey jeff|jennifer jen jenny jenn|jeremiah jerry jem|jeremy jez jem jerry|
jerome jerry|jessica jess jessie|jesus chuy|joan joanie|joanna jo joey asia|joanne jo|
jocelyn joss|john johnny jack jon|jonathan jon jonny nathan|johannes hannes jo|jordan jordy|
jorge coque|jose pepe|joseph joe joey jo|josephine jo josie fina|joshua josh|juan juanito|
judith judy jude|julia jules|julian jules|juliana jules ana|juliet jules|julie jules|justin jus|
katarina kat|katharina kathi kati katha|karen kaz|kenneth ken kenny|kevin kev|
kimberly kim kimmy|kristen kris|kristina kris tina|lachlan lachie|laura laurie lola|lauren loz|
laurence larry laurie|lawrence larry laurie lawrie|leonard leo len lenny|leonardo leo|
leopold leo poldi|leslie les|lester les|lewis lew|lillian lil lily|linda lindy|lindsay linds|
louis lou louie|louisa lou|louise lou|lucille lucy|lucinda lucy cindy|ludwig lutz|luis lucho|
lydia lyddie|madeleine maddie maddy|madison maddie|magdalena magda lena|malcolm mal|
manuel manolo manu manny|marcus marc|margaret maggie meg peggy marge margie rita daisy greta|
margarita rita marga|marguerite daisy|maria mari masha|marilyn lyn|marjorie marge margie|
martha marty|martin marty|martina tina|mary molly polly|matilda tilly tilda mattie|
matthew matt matty|matthias matze matt|maureen mo|maurice mo|maximilian max|maxine max|
maxwell max|megan meg|melanie mel|melissa mel missy|mercedes merche|meredith merry|
michael mike mick mickey micky mikey|michaela micki|michelle shell chelle|mildred millie|
miranda randy mira|miriam mim mimi|mitchell mitch|mohammad mo|mohammed mo|mohamed mo|
muhammad mo|monica mon|morgan mo|nancy nan|natalie nat tally|natasha tash nat|nathan nate nat|
nathaniel nate nat nathan|neville nev|nicholas nick nicky nico|nicola nicky|nicolas nico nick|
nicole nicky nic|nigel nige|nikolas niko nik|nikolaus niko klaus|noel nollie|nora norrie|
oliver ollie olly oli|olivia liv livvy|oscar ozzie|oswald ozzie|pamela pam|
patricia pat trish tricia patty patsy|patrick pat paddy rick|paul pauly|paula polly|
paulina paula lina|pauline polly|penelope penny nell|percival percy|peter pete|philip phil pip|
phillip phil pip|philippa pippa pip|phoebe phoebs|phyllis phyl|priscilla cilla|rachel rach|
rafael rafa|raphael raph raf|randolph randy|randall randy|raymond ray|
rebecca becky becca bec becks|reginald reg reggie|regina gina|reinhard reini|
richard rick dick rich richie ricky|robert bob rob bobby robbie bert|roberta bobbie robbie|
roberto beto rob|roderick rod|rodney rod|rodrigo rodri|roger rodge|roland rollo rolo|
ronald ron ronnie|rosalind ros roz|rosamund ros roz|rosario charo|rose rosie|
rosemary rosie rose|rowena ro|roxanne roxy|rudolf rudi rudy|rupert rupe|russell russ|
ruth ruthie|sabrina brina|salvador chava salva|salvatore sal toto|samantha sam sammy|
samuel sam sammy|santiago santi|sarah sally sadie|sara sally|sebastian seb basti bas|
sergio checo|serena rena|shannon shan|sharon shaz|sheila she|shirley shirl|sidney sid|
silvester sly|simon si|simone simi|sophia sophie soph|sophie soph|stanley stan|stefan steff|
stefanie steffi|stella stell|stephanie steph steffi|stephen steve stevie ste|
steven steve stevie|stewart stu|stuart stu|susan sue suzie susie|susanna sue susie zsuzsi|
susanne susi sanne|suzanne sue suzie|sylvia syl|tabitha tabby|tamara tammy tam|tara tar|
terence terry|teresa terry tess tere|theresa terry tess tessa|theodora theo dora teddy|
theodore ted teddy theo|thaddeus thad tad|thomas tom tommy|timothy tim timmy|tobias toby tobi|
tracy trace|travis trav|tristan tris|ulrich uli|ulrike uli rike|valentina val vale tina|
valerie val|vanessa ness nessa|veronica ronnie vero nica|victor vic|
victoria vicky vic tori vicki|vincent vince vinnie|vincenzo enzo|viola vi|violet vi|
virginia ginny ginger gina|vivian viv|vivien viv|walter walt wally|wendy wends|wilfred wilf|
wilhelm willi|william will bill billy willy liam|wilhelmina mina willa minnie|
winifred winnie freddie|winston win|yolanda yoli|yvonne von|zachary zach zac zack
"""
_MORE_FORMS = """
aleksandra ola|aleksander olek alek|aleksandr sasha|tomasz tomek|krzysztof krzysiek|
katarzyna kasia|malgorzata gosia|agnieszka aga|piotr piotrek|pawel pawelek|jakub kuba|
wojciech wojtek|grzegorz grzesiek|michal michas misza|zbigniew zbyszek|stanislaw staszek|
elzbieta ela|ewelina ewka|ekaterina katya|yekaterina katya|dmitri dima mitya|dmitry dima mitya|
dmytro dima|mikhail misha|mykhailo misha|vladimir vova volodya|volodymyr vova|sergei seryozha|
anastasia nastya stasia|anastasiia nastya|natalia natasha nata|nataliya natasha|
tatiana tanya tania|svetlana sveta|lyudmila lyuda mila|evgeny zhenya|yevgeny zhenya|
evgenia zhenya|oleksandr sasha|oleksandra sasha lesya|aleksei lyosha alyosha|
alexei lyosha alyosha|guadalupe lupe|dolores lola|concepcion concha conchita|
alejandro ale alex jano|alejandra ale|alessandro ale sandro|alessandra ale sandra|
joao joaozinho|jeronimo jero|francesco checco franco|federico fede|federica fede|
lorenzo lollo renzo|luciana lu|luciano lu|mariana mari|marcelo marce|mauricio mau|nicolás nico|
sebastián seba|joaquin joaco quino|facundo facu|agustin agus|agustina agus|florencia flor|
milagros mili|friederike rike|elisabeth lisa lisbeth sissi|christoph chris stoffel|andreas andi|
michaela michi|stephan stef|johanna hanna jo|lieselotte lotte liesl|annegret gretel|
margarete grete gretel|burkhard burki|eberhard hardy|bernhard bernie berni|gerhard gerd|
joachim jochen achim|oluwaseun seun|olumide lumi|oluwadamilola dami|damilola dami|
temitope temi tope|chukwuemeka emeka|chidiebere chidi ebere|babatunde tunde|olatunde tunde|
oluwatobi tobi|oluwatobiloba tobi|adebayo bayo|olufemi femi|oluwafemi femi|adefolake folake|
chinedu nedu|chimamanda ama|nnamdi namdi|ifeoluwa ife|obiageli oby|abdulrahman abdul|
abdullah abdul|mustafa musti|ibrahim ibo ibra|krishnan krish|krishna krish|krishnamurthy krish|
subramaniam subbu mani|venkatesh venky venkat|venkataraman venky venkat raman|raghavendra raghu|
raghunath raghu|rajesh raj|rajendra raj|rajiv raj|vikramaditya vikram vik|vikram vik|
siddharth sid|siddhartha sid|aditya adi|abhishek abhi|anirudh ani|aniruddha ani|
lakshmi laks laxmi|srinivasan srini vasan|srinivas srini|padmanabhan paddy|balasubramanian bala|
balakrishnan bala|jayalakshmi jaya|priyanka priya pri|aishwarya aish|anjali anju|hiroshi hiro|
kenichi ken|kentaro ken|kenji ken|yukiko yuki|eleftheria ria|konstantinos kostas|
konstantina dina|georgios giorgos|dimitrios dimitris|nikolaos nikos|panagiotis panos|
vasileios vasilis|eleni lena|stavroula voula|thandiwe thandi|nomthandazo thandi|sibusiso sbu|
nokuthula thuli|thabiso thabs|siobhan shiv|caoimhe keeva|padraig paddy podge|seamus shay|
domhnall donal|emanuele lele|raffaele lello|antoine toinou|guillaume gui|frederique fred|
veronique vero|dominique dom|beatrix bea trixi|zsuzsanna zsuzsi|erzsebet bozsi|laszlo laci|
istvan pista|gyorgy gyuri|jozsef jozsi|ferenc feri|magnus mange|gustaf gurra|anders andy|
kristoffer kris|sigurdur siggi|gudrun gunna|johann jo|mehmet memo|suleyman sulo|yusuf yusu|
shimon shimi|avraham avi|yitzhak itzik|yaakov kobi|shlomo shlomi
"""


def _by_form(families: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for family in families:
        name, *forms = family.split()
        for form in forms:
            found.setdefault(form, set()).add(name)
    return {form: tuple(sorted(names)) for form, names in found.items()}


_BY_FORM = _by_form(
    family for family in f"{_FORMS}|{_MORE_FORMS}".replace("\n", "").split("|") if family.strip()
)


def whole_names_of(form: str) -> tuple[str, ...]:
    """The given names, folded, that somebody who goes by this (folded) may bear."""
    return _BY_FORM.get(form, ())
