"""Words that a chart needs and that are names too, or stand in names: which of them are looked for, and how.

A word that stands in none of these lists and is a name is hidden wherever it stands.
"""

__all__ = [
    "ABBREVIATED",
    "CLINICAL",
    "EVERYDAY",
    "FINDINGS",
    "MONTHS",
    "NO_ABBREVIATION",
    "OF_NO_PLACE",
    "OF_PLACES",
    "ROLES",
    "TWO_LETTERS",
    "WHERE",
    "is_plain",
    "plain",
]

ROLES = frozenset(
    "admitting assistant associate attending author brother care caregiver case child consultant "
    "coordinator daughter doctor family father fellow friend hematologist husband manager member mother "
    "navigator nurse oncologist ordering parent partner pathologist patient person pharmacist physician "
    "practitioner primary provider radiologist referring registered registrar relative reporter "
    "resident self sister son specialist spouse staff surgeon system team technician technologist "
    "therapist unknown user wife".split()
)
OF_PLACES = frozenset(
    "and associates cancer cardiology center centre chemotherapy clinic clinical college department "
    "diagnostics echo emergency facility group health healthcare hematology home hospice hospital "
    "imaging inc infirmary infusion inpatient institute lab laboratories laboratory labs llc ltd "
    "medical medicine nuclear nursing of office oncology outpatient pathology pharmacy practice "
    "radiology rehabilitation room service services skilled suite surgery surgical the unit university "
    "ward".split()
)
# Alone they are nobody's name in a text: a person's of this name only where something beside it says so.
CLINICAL = frozenset(
    "acute adjuvant allergy ambulatory anesthesia anesthesiology antibody assay baseline benign "
    "biomarker biopsy breast cancer carcinoma cardiac cardiology chemo chemotherapy chronic "
    "clinical cohort consult consultation cycle dental dentistry dermatology diabetes diagnosis "
    "diagnostic disease diseases echo endocrine endocrinology evaluation exam "
    "fertility followup gastroenterology genetics grade gynecology haematology hematology "
    "hepatology hormone imaging immunology immunotherapy infectious infusion inpatient "
    "laboratory lesion liver lumpectomy lymph malignant mammogram mammography management mastectomy "
    "medical medication medicine metabolic metastasis metastatic neoadjuvant nephrology neurology "
    "neurosurgery node nodes nursing nutrition obstetrics oncology ophthalmology "
    "orthopedics outpatient paediatrics palliative pathology pediatrics performance pharmacy phase "
    "prevention procedure prognosis program programme progression psychiatry psychology pulmonary "
    "pulmonology radiation radiology radiotherapy receptor recurrence regimen relapse remission "
    "research response result rheumatology risk sample scan scans screening sleep specimen stage staging "
    "status stroke surgery surgical survivorship symptom symptoms systemic therapy thoracic toxicity "
    "transplant treatment trial tumor tumour ultrasound urgent urology vaccine vascular visit wellness "
    "wound".split()
)
# Surnames as well as words of any report: looked for where they are written like a name.
EVERYDAY = frozenset(
    "able april august baker ball banks barber bay bean bell berry best bishop black blue bond "
    "bone boss bowl brace brand bridge bright broad brook brooks brown bush butler butter camp cannon "
    "care carter case cash chance chase child church clay close coffee cold cook cooper cork corn cross "
    "crown cutter dark dawn day dean dear deep dial dose drain drew early east edge faith fall farmer "
    "fast fellow field fields fine finger fish fisher flood flow flower flowers foot ford "
    "forest foster fox frame frank free freeze french friend front frost full fuller gamble garden "
    "gardener glass gold good grace grant graves gray green grey grim gross ground grove guest hall "
    "hand hands hard hardy harm head heart heat heath heavy high hill holder holiday holly home honey "
    "hood hook hope horn house hunt hunter iris iron jack january joint joy judge june just justice "
    "keen keep kind king knee knight labor lake lamb lance land lane large last law lead leaf leak "
    "lean lender level life light little lock long love low lung main male march mark marker marks "
    "marrow marsh martin mass masters may mean mercy mild mile miles mill miller mole monday moon moor "
    "morning moss mouth nail neck need new nice night noble noon north nose older olive oliver open "
    "orange pace page pain palm parent park parker part patch patient peace peak pearl penny pepper "
    "person pike pink place plane plant point poole poor pope port porter post potter pound power price "
    "prime prince print proper pulse purple quick rain raise ranger ray read reader reason red reed "
    "rest rice rich riches ring rise rising river rivers roach road robin rock rogers root rose rough "
    "round rule rush sad sage salt sand savage scale score sharp sheet shell shields shine ship short "
    "silver singer single sky slack slaughter slim small smart smiles snow south spear speck "
    "spring square stable staff star stark steel steep still stock stone stones story street "
    "strong sugar summer summers sunday swan sweet swell swift taken tall tanner taylor teller temple "
    "thin thorn tongue towers town tree trip true trust turner twist vale vein violet voice waist "
    "walker wall ward wards ware warm waste water waters way weaker weaver week weight well wells "
    "west wheeler white will wills winter winters wise wish wolf wood woods word workman worth "
    "wright yellow young younger".split()
)
# Of the words above those that notes need with a capital too: "Mass, left".
FINDINGS = frozenset(
    "best bone chance cold deep dose drain drew early fast fine finger flow foot frank full good gross "
    "hand hands hard harm head heart heat heavy high just keep knee labor lance late left life light long "
    "low lung main male march mark marker marks marrow mass may mild mole mouth nail neck need new nose "
    "older open oral page pain palm parent patch patient place point power pulse quick read reader reason "
    "red rest ring risk round scale score sharp short skin small smart speck staff still stock taken thin "
    "tongue trip trust twist vein voice waist warm waste water weaker weight well white will wills yellow "
    "young younger".split()
)
# Names too, of which notes need "May 2020".
MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# The abbreviations of notes, and words that notes write in capitals: initials of a place may be the same.
ABBREVIATED = frozenset(
    "aaa ace acs ada ajcc aki ala alk all alp als alt ama amb amy anc and any apc are arm asa ascvd ast "
    "auc bcc bci bcs bid bka bls bma bmd bmi bmp bmt bnp bpm brca bsa bso bun cad can cap cat cbc ccu cdc "
    "cdk cea chf chop cis ckd cmf cmp cnb cns cool copd cpk cpr crcl crf crp csf ctc ctcae cva cvc cvd "
    "cxr day dcis debt des dfs dic did dka dlco dna dnr doac dob doe dos dre due dvt ear ecg echo ecog "
    "efs egfr ehr ekg ema eml emr end ent eod eos erbb esr etoh eus eye face fda fdg fec fev few ffpe "
    "fish fna for from full gerd get gfr ggt gist got gyn had has hbv hcc hcg hct hcv hdl her hfref hgb "
    "him hip his hiv hla how hpf hpi hpv hrt hsv htn iadl iasa ibc ibs icd icu idc ifa iga igg igm ihc "
    "ilc ild inr int ish itp its ivc ivp jvd jvp kps lad lcis ldh ldl leg let lfi lft lll lln lmp loc low "
    "lul lvef lvi mac mah mass may mbc mcv meet men mets mgus mi mmse mra mri mrm mrsa msi mss mtd muga "
    "nad nccn nci ned neg net new nicu nka nkda nnt node nor nos not now npo nsaid nsclc nst nyha off old "
    "onc one ooh orr our out own pacs pain past pci pcos pcp pcr pde pdl per pet pfs pft pgr phq picc pmh "
    "pnd pod pos prbc prn prs psa psh pta pth ptt put qid qod qtc ran raw rbc rcc rdi rds ref res rest "
    "rfs rhc ria risk rll rls rml rna rnp roc ros rtc rul sad sat saw say sbo sbrt sclc see set sex she "
    "six sln slnb snb sob soft some son srs srt ssi ssri stat std stem sti stop suv svc tah take tbd tch "
    "tchl tchp tcp tdm tdxd ten tests than that the them then they this thp thx tia tid tils time tka "
    "tnbc tnm told too top toxo tpa tpn tram tsh ttp turp two txh uln under unit upon uri use usp uti vas "
    "vats very vip vte vzv was wbc wbrt wean web well were what when whim who whs why will with wnl word "
    "work xrt year yes yet you".split()
)
# Names too, as "Do" and "An" are, that notes write like a name and mean something else by.
TWO_LETTERS = frozenset(
    "ab ad ag al am an as at au be bi br by ca cl co cr cu da de di do dr dx ed et ex fe fu fx ga go gy "
    "ha hb he hg hi ht hx id if ig im in is it jr ki la lt me mg mn mo mr ms my na no of ok on or pb pe ph "
    "po pt ra re rh ro rt rx se si so sr st sx tc to tx up us vs we wk wt yr zn".split()
)
# Of two letters those that no note abbreviates anything by, in capitals.
NO_ABBREVIATION = frozenset("hu ko ku qi vo wu xi xu ye yi yu".split())
# Of a place these alone tell nothing.
WHERE = frozenset(
    "academic acute advanced alliance america american associated building campus central childrens "
    "city college community comprehensive county district division east eastern eight first five floor "
    "foundation four general integrated international main memorial metropolitan midwest national "
    "network new nine north northeast northern northwest one partners physicians public "
    "regional research rural saint seven site six south southeast southern southwest specialists "
    "specialty st state ten three two united valley veterans west western womens".split()
)


# Of these only a place is not told, since a person may be called so.
OF_NO_PLACE = (
    CLINICAL
    | ROLES
    | OF_PLACES
    | frozenset(
        "arm bmt bone cbc ccu cns ear ecg ehr ekg emr ent eye gyn hem hip icu ihc leg lung mri nicu obgyn "
        "onc pet rad skin".split()
    )
)


def plain(word: str) -> str:
    """In small letters, and without points, hyphens and what stands round it."""
    return word.lower().replace(".", "").replace("-", "").replace("'", "").strip('(),:;"\u2019')


def is_plain(word: str) -> bool:
    """As the whole name of a place it is no name in a text."""
    return plain(word) in OF_NO_PLACE
