"""The words that synthetic plans are put together from."""

from typing import NamedTuple

import pyoxigraph as ox


class Words(NamedTuple):
    """A phrase in both languages; `{}` stands for what it is about."""

    ja: str
    en: str

    def of(self, thing: "Words") -> "Words":
        """The phrase about a thing."""
        return Words(self.ja.format(thing.ja), self.en.format(thing.en))

    def __str__(self) -> str:
        """Two literals in Turtle."""
        return f"{ox.Literal(self.ja, language='ja')}, {ox.Literal(self.en, language='en')}"


class Measure(NamedTuple):
    """What an initiative can be about."""

    name: Words
    theme: str
    item: str
    """Its item in the national plan: the end of the IRI, the same in every edition; empty where there is none."""
    uses: str
    """A technology or platform, as a prefixed name."""


MEASURES = [
    Measure(Words(ja, en), theme, item, uses)
    for ja, en, theme, item, uses in (
        ("基幹系システムの標準化", "standard core systems", "system-standardisation", "1", "platform:government-cloud"),
        ("ガバメントクラウドへの移行", "a shared cloud", "system-standardisation", "1", "platform:government-cloud"),
        ("マイナンバーカードの普及", "the My Number card", "mynumber-card", "2", "platform:mynumber-card"),
        ("カードの独自利用", "local uses of the card", "mynumber-card", "2", "technology:ic-card"),
        ("行政手続のオンライン化", "procedures online", "online-procedures", "3", "platform:pittari"),
        ("電子申請", "electronic applications", "online-procedures", "3", "platform:mynaportal"),
        ("施設予約のオンライン化", "booking of facilities online", "online-procedures", "3", "technology:mobile"),
        ("AIの活用", "the use of AI", "ai-rpa", "4", "technology:ai"),
        ("RPAの活用", "the use of RPA", "ai-rpa", "4", "technology:rpa"),
        ("AI-OCRによる入力", "data entry by AI-OCR", "ai-rpa", "4", "technology:ai-ocr"),
        ("会議録の自動作成", "automatic minutes of meetings", "ai-rpa", "4", "technology:voice-recognition"),
        ("テレワーク", "telework", "telework", "5", "technology:remote-access"),
        ("ウェブ会議", "web conferences", "telework", "5", "technology:web-conference"),
        ("情報セキュリティ対策", "information security", "security", "6", "platform:lgwan"),
        ("セキュリティ研修", "security training", "security", "6", "technology:thin-client"),
        ("地域社会のデジタル化", "digital local society", "local-society", "together-1", "technology:iot"),
        ("スマート農業", "smart farming", "agriculture", "together-1", "technology:drone"),
        ("デジタル観光案内", "digital guides", "tourism", "together-1", "technology:ar"),
        ("デジタルデバイド対策", "a smaller digital divide", "digital-divide", "together-2", "technology:mobile"),
        ("スマートフォン教室", "smartphone classes", "digital-divide", "together-2", "technology:tablet"),
        ("書かない窓口", "counters without writing", "counter", "", "technology:tablet"),
        ("窓口のキャッシュレス決済", "cashless payment at counters", "cashless", "", "technology:cashless-payment"),
        ("LINEによる情報発信", "information on LINE", "information", "", "technology:line"),
        ("チャットボットによる案内", "guidance by chatbot", "information", "", "technology:chatbot"),
        ("オンライン相談", "consultation online", "consultation", "", "technology:web-conference"),
        ("文書のペーパーレス化", "paperless documents", "paperless", "", "technology:cloud"),
        ("電子決裁", "electronic approval", "paperless", "", "technology:e-signature"),
        ("業務の見直し", "redesign of work", "bpr", "", "technology:automation"),
        ("オープンデータの公開", "open data", "open-data", "", "technology:open-data"),
        ("地図情報の公開", "maps for the public", "open-data", "", "technology:gis"),
        ("デジタル人材の育成", "digital skills of staff", "human-resources", "", "technology:cloud"),
        ("一人一台端末の活用", "one device a pupil", "education", "", "technology:tablet"),
        ("子育て支援アプリ", "an app for families", "childcare", "", "technology:app"),
        ("防災情報の伝達", "disaster information", "disaster", "", "technology:sensor"),
        ("河川監視カメラ", "river cameras", "disaster", "", "technology:camera"),
        ("見守りサービス", "watch-over services", "elderly", "", "technology:iot"),
        ("オンデマンド交通", "transport on demand", "transport", "", "technology:maas"),
        ("公衆無線LAN", "public wireless LAN", "infrastructure", "", "technology:wifi"),
        ("電子図書館", "an electronic library", "library", "", "technology:tablet"),
        ("健康管理アプリ", "an app for health", "public-health", "", "technology:app"),
    )
]  # fmt: skip

PLAN = Words("{}DX推進計画（架空）", "DX Promotion Plan of {} (synthetic)")
EDITION = Words("{}第1版", "{}, edition 1")
DOCUMENT = Words("{}（公表文書）", "{}: published document")
ABOUT = Words(
    "性能を確かめるための架空の計画。実在の計画、数値、事例ではない。",
    "Synthetic plan made to test performance. No such plan, figure or example exists.",
)
PURPOSE = Words("デジタル技術で暮らしを便利にする（架空）。", "To make life easier by digital means (synthetic).")
HEADQUARTERS = Words("DX推進本部", "DX Promotion Headquarters")
TABLE = Words("人口とカードの交付状況（架空）", "Population and cards issued (synthetic)")
FIGURES = Words("乱数による架空の数値。", "Synthetic figures, drawn at random.")
PROMOTION = Words("{}の推進", "Promotion of {}")
STEPS = [
    Words("{}の現状調査", "Survey of {}"),
    Words("{}の導入", "Introduction of {}"),
    Words("{}の試行", "Trial of {}"),
    Words("{}の対象拡大", "Extension of {}"),
    Words("{}の運用改善", "Better operation of {}"),
    Words("{}の利用促進", "Wider use of {}"),
    Words("{}の効果検証", "Evaluation of {}"),
    Words("{}の共同利用の検討", "Study of sharing {} with neighbours"),
]
TRAINING = Words("{}に関する職員研修", "Staff training on {}")
START = Words("{}の開始", "Start of {}")
PREPARATION = Words("{}の準備", "Preparation of {}")
OPERATION = Words("{}の運用", "Operation of {}")
MIGRATION = Words("{}の移行", "Move of {}")
ONLINE = Words("{}のオンライン受付", "{} online")
LEASE = Words("基幹系システムの賃貸借", "Lease of the core systems")
CASE = Words("{}の先行事例（架空）", "Early example of {} (synthetic)")
CASE_ABOUT = Words("{}を早く始めたとする架空の事例。", "Synthetic example of an early start with {}.")
GUIDE = Words("市民の立場から{}を進める架空の取組。", "Synthetic measure for the good of residents: {}.")
SYSTEM = Words("{}システム", "System for {}")
DEADLINE = Words("{}の完了期限", "Deadline for {}")

PILLARS = [
    Words("市民サービスの向上", "Better services to citizens"),
    Words("行政の効率化", "Efficient administration"),
    Words("地域社会のデジタル化", "A digital local society"),
    Words("デジタル基盤の強化", "A stronger digital base"),
    Words("人材の育成と体制づくり", "People and organisation"),
]
PRINCIPLES = [
    Words("利用者の視点", "The user's point of view"),
    Words("小さく始めて広げる", "Start small, then extend"),
    Words("データに基づく判断", "Decisions based on data"),
    Words("誰一人取り残さない", "No one left behind"),
]
VISION = Words("誰もが便利に暮らせるまち", "A town convenient for everyone")
ISSUES = [
    (Words("生産年齢人口の減少", "Fall of the working-age population"), "population"),
    (Words("職員数の減少", "Fewer staff"), "human-resources"),
    (Words("紙と押印による手続", "Procedures on paper with seals"), "online-procedures"),
    (Words("窓口の混雑", "Crowded counters"), "counter"),
    (Words("情報格差", "Gaps in access to information"), "digital-divide"),
    (Words("システム経費の増加", "Rising costs of systems"), "finance"),
    (Words("サイバー攻撃の高度化", "More advanced cyber attacks"), "security"),
    (Words("災害時の情報伝達", "Information in disasters"), "disaster"),
    (Words("デジタル人材の不足", "Lack of digital experts"), "human-resources"),
    (Words("地域の担い手不足", "Lack of people active in the community"), "community"),
    (Words("データの未活用", "Data not used"), "data-use"),
    (Words("通信基盤の老朽化", "Ageing networks"), "infrastructure"),
]
UNITS = [
    ("information-policy", Words("情報政策課", "Information Policy Section"), "じょうほうせいさくか"),
    ("general-affairs", Words("総務課", "General Affairs Section"), "そうむか"),
    ("planning", Words("企画課", "Planning Section"), "きかくか"),
    ("residents", Words("住民課", "Residents Section"), "じゅうみんか"),
    ("tax", Words("税務課", "Tax Section"), "ぜいむか"),
    ("welfare", Words("福祉課", "Welfare Section"), "ふくしか"),
    ("children", Words("子育て支援課", "Childcare Support Section"), "こそだてしえんか"),
    ("industry", Words("産業振興課", "Industry Promotion Section"), "さんぎょうしんこうか"),
    ("crisis-management", Words("危機管理課", "Crisis Management Section"), "ききかんりか"),
    ("school-education", Words("学校教育課", "School Education Section"), "がっこうきょういくか"),
]
POSTS = [
    ("head", Words("首長", "Head of the municipality"), "しゅちょう"),
    ("deputy", Words("副首長", "Deputy head of the municipality"), "ふくしゅちょう"),
    ("section-heads", Words("課長", "Heads of sections"), "かちょう"),
]
GROUPS = [
    Words("住民情報と税", "Residents and taxes"),
    Words("福祉と保険", "Welfare and insurance"),
    Words("子どもと戸籍", "Children and family registers"),
]
EVENTS = [
    (
        "2016-12-14",
        Words("官民データ活用推進基本法の公布", "Promulgation of the data utilisation act"),
        "law/428AC1000000103",
    ),
    (
        "2020-12-25",
        Words("自治体DX推進計画の策定", "The national municipal DX plan is drawn up"),
        "policy/jichitai-dx/1.0",
    ),
    (
        "2021-05-19",
        Words("デジタル社会形成基本法の公布", "Promulgation of the basic act on a digital society"),
        "law/503AC0000000035",
    ),
    (
        "2021-07-07",
        Words("自治体DX全体手順書の公表", "The general manual of municipal DX is published"),
        "policy/jichitai-dx-general-manual/1.0",
    ),
    (
        "2021-09-01",
        Words("デジタル庁の発足", "The Digital Agency begins its work"),
        "law/503AC0000000036",
    ),
    (
        "2022-09-02",
        Words("自治体DX推進計画の改定", "The national municipal DX plan is revised"),
        "policy/jichitai-dx/2.0",
    ),
]
CHAPTERS = {
    "cover": Words("表紙", "Cover"),
    "contents": Words("目次", "Contents"),
    "1": Words("背景と目的", "Background and purpose"),
    "1-1": Words("国の動向", "Moves of the State"),
    "1-2": Words("計画の位置付けと期間", "Place and period of the plan"),
    "2": Words("現状と課題", "Present state and issues"),
    "2-table": Words("人口とカードの交付状況", "Table: population and cards issued"),
    "3": Words("将来像と原則", "Vision and principles"),
    "4": Words("推進体制", "Organisation"),
    "4-figure": Words("推進体制図", "Figure: organisation"),
    "5": Words("取組", "Measures"),
    "6": Words("KPI一覧", "List of KPIs"),
    "7": Words("工程表", "Schedule"),
    "8": Words("情報システム", "Information systems"),
    "9": Words("先行事例", "Early examples"),
    "10": Words("用語解説", "Glossary"),
}
