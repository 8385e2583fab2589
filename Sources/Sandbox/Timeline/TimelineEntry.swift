/// One thing that happened: a call with its answer, an event of the shop, or a word on what nobody sees on the wire.
public struct TimelineEntry: Sendable {
    /// Who speaks to whom.
    public enum Direction: String, Sendable, CaseIterable {
        /// The simulated Payme calls the endpoint.
        case payme
        /// The simulated Click calls the endpoint.
        case click
        /// The server calls the simulated Merchant API of Click.
        case clickAPI = "click_api"
        /// The simulated bank tells the server of a payment by Pix.
        case pix
        /// The server calls the simulated bank.
        case pixBank = "pix_bank"
        /// The simulated YooKassa tells the server of a payment.
        case yookassa
        /// The server calls the simulated API of YooKassa.
        case yookassaAPI = "yookassa_api"
        /// The shop calls its own API.
        case shop
        /// The server tells the shop: an after-commit hook.
        case event
        /// The server tells the shop: a signed webhook.
        case webhook
        /// Nothing on the wire.
        case note
    }

    /// How it went.
    public enum Tone: String, Sendable {
        case good, refused, lost, plain
    }

    /// Counts from 1.
    public internal(set) var number = 0
    /// Milliseconds since 1970 UTC, by the sandbox's clock.
    public internal(set) var at: Int64 = 0
    public let direction: Direction
    /// A method, a path or an event; in a note, the key of a text.
    public let title: String
    public var tone: Tone = .plain
    public var order: String?
    /// What stands before the body: the request line and the headers that matter; nil: as the direction has it.
    public var head: String?
    /// What was sent; secrets are left out where it is recorded.
    public var request: String?
    public var answer: String?
    public var status: Int?
    public var microseconds: Int64?
    public let sentence: Sentence

    init(_ direction: Direction, _ title: String, _ sentence: Sentence) {
        self.direction = direction
        self.title = title
        self.sentence = sentence
    }

    /// No body is kept longer than this, bytes.
    static let bodyBytesMaximum = 16_384
}
