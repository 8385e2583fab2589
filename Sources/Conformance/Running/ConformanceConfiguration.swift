/// What to test, and with what.
public struct ConformanceConfiguration: Sendable {
    /// How strictly answers are judged where the protocol leaves room.
    public enum Strictness: Sendable, Hashable {
        /// What is in use and known to work is tolerated, with a note.
        case tolerant
        /// Only what is recommended passes.
        case strict
    }

    /// The gateway whose protocol the endpoint speaks: `payme`, `click`, `pix` or `yookassa`.
    public var gateway = "payme"
    /// The endpoint, such as `https://shop.example/payments/payme/webhook`.
    public var url: String
    /// Click only: where Complete goes, if not where Prepare goes.
    public var completeURL: String?
    /// Payme's cashbox key, Click's secret key, YooKassa's secret key (empty: the run takes any): these appear in no
    /// report. The merchant's PIX key, which is no secret.
    public var key: String
    /// Click only: the service whose key that is.
    public var serviceID: Int64?
    /// YooKassa only: the shop's number; nil: any.
    public var shopID: String?
    /// YooKassa only: the endpoint takes this machine for its proxy and looks at the sender's address, so every call
    /// has one of YooKassa's in `X-Forwarded-For`, and scenarios try others.
    public var isProxy = false
    /// PIX and YooKassa only: the port of 127.0.0.1 at which the run serves the API of the bank or of YooKassa, so that
    /// the endpoint can confirm what it is told; 0: a free one; nil: it serves none. The endpoint must have
    /// `http://127.0.0.1:PORT` as its bank, or `http://127.0.0.1:PORT/v3` as YooKassa's.
    public var bankPort: Int?
    /// PIX and YooKassa only: told of that API's base URL before the first call.
    public var onBankServed: (@Sendable (String) -> Void)?
    /// PIX and YooKassa only: how long an endpoint may take to ask that API, in milliseconds.
    public var bankMillisecondsMax: Int64 = 5_000
    /// Where that API is, while the run goes on.
    var bankURL: String?
    /// The same, itself.
    var playedAPI: (any PlayedAPI)?
    /// Payme only: the login of Basic authentication, without a colon.
    public var login = "Paycom"
    /// Ids of orders that can be paid; for PIX, txids of open charges; for YooKassa, of
    /// payments that wait for their payer. Not needed with a ``merchantKey``.
    public var orders: [String] = []
    /// What every order costs, in tiyin, centavos or kopecks. For cumulative accounts any amount within their limits.
    public var amount: Int64
    /// The kind of the orders, which decides what scenarios there are.
    public var kind = OrderKind.oneTime
    /// Payme only: the field of `account` that holds an order's id.
    public var accountField = "order_id"
    /// The key of Tiyin's merchant API, through which the run makes its own orders. It appears in no report.
    public var merchantKey: String?
    /// YooKassa only: what payments that the run has made through it are called.
    public static let paymentDescription = "tiyin conform"
    /// Where the merchant API is, if not at the root of the endpoint's server.
    public var merchantURL: String?
    /// How strictly answers are judged.
    public var strictness = Strictness.tolerant
    /// Scenarios and groups to run; empty for all.
    public var only: [String] = []
    /// How long one call may take, in milliseconds.
    public var callMillisecondsMax: Int64 = 10_000
    /// How long the whole run may take, in milliseconds.
    public var runMillisecondsMax: Int64 = 15 * 60_000
    /// Where the time comes from, and how it is waited for.
    public var clock = ConformanceClock.system

    /// - Parameters:
    ///   - url: the endpoint
    ///   - key: Payme's cashbox key, Click's secret key
    ///   - amount: what every order costs, in tiyin
    public init(url: String, key: String, amount: Int64) {
        self.url = url
        self.key = key
        self.amount = amount
    }
}

/// The time, and how to wait for it to pass; tests replace both.
public struct ConformanceClock: Sendable {
    /// Milliseconds since 1970 UTC.
    public var now: @Sendable () -> Int64
    /// Waits for so many milliseconds.
    public var pause: @Sendable (_ milliseconds: Int64) async throws -> Void

    /// - Parameters:
    ///   - now: milliseconds since 1970 UTC.
    ///   - pause: returns after so many milliseconds, or throws if it is cancelled.
    public init(
        now: @escaping @Sendable () -> Int64, pause: @escaping @Sendable (_ milliseconds: Int64) async throws -> Void
    ) {
        self.now = now
        self.pause = pause
    }
}
