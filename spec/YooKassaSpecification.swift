/// `yookassa.openapi.yaml`: the gateway's calls, statuses, events, reasons, limits and delays.
public struct YooKassaSpecification: Sendable {
    /// What a payment's status means.
    public enum PaymentStatus: String, Sendable, Hashable, CaseIterable {
        /// The payer has not paid.
        case pending
        /// The money is held.
        case waitingForCapture
        /// The money is taken. Final.
        case succeeded
        /// Nothing was paid, or what was held went back. Final.
        case canceled
    }

    /// What a refund's or a receipt's status means.
    public enum Progress: String, Sendable, Hashable, CaseIterable {
        /// Under way.
        case pending
        /// Done. Final.
        case succeeded
        /// It will not be. Final.
        case canceled
    }

    /// What a saved method's status means.
    public enum MethodStatus: String, Sendable, Hashable, CaseIterable {
        case pending, active, inactive
    }

    /// What a notification's object is.
    public enum EventObject: String, Sendable, Hashable, CaseIterable {
        case payment, refund, method
        /// Nothing that is looked at here.
        case other
    }

    /// What a recurring charge does after a refusal.
    public enum RetryClass: String, Sendable, Hashable, CaseIterable {
        /// T: a technical failure, repeated soon.
        case technical
        /// S: repeated slowly.
        case soft
        /// W: repeated twice at the most.
        case weak
        /// U: the payer has to act.
        case payer
        /// F: never repeated with this instrument.
        case final
        /// N: no refusal, but something of our own doing.
        case own
    }

    /// What becomes of a saved method after a refusal.
    public enum MethodFate: String, Sendable, Hashable, CaseIterable {
        case keep, suspend, delete
    }

    /// Why a transaction is cancelled.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The gateway or the payer's bank said no.
        case refused
        /// Its time was up.
        case timeout
        /// The money went back.
        case refund
        /// Anything else.
        case other
    }

    /// When a refund that was cancelled is asked for once more.
    public enum Again: String, Sendable, Hashable, CaseIterable {
        case never, hour, day, businessDay
    }

    /// A call that is made.
    public enum CallName: String, Sendable, Hashable, CaseIterable {
        case createPayment, findPayment, listPayments, capturePayment, cancelPayment
        case createRefund, findRefund, listRefunds
        case createMethod, findMethod
        case createReceipt, findReceipt, listReceipts
        case findShop
    }

    /// How a call is made.
    public struct Call: Sendable, Hashable {
        /// `GET` or `POST`.
        public let method: String
        /// The path; a part in braces is filled in.
        public let path: String
    }

    /// What a reason of a cancelled payment leads to.
    public struct PaymentReason: Sendable, Hashable {
        /// What a recurring charge does.
        public let retry: RetryClass
        /// Why the transaction is cancelled.
        public let ends: Reason
        /// What becomes of a saved method.
        public let method: MethodFate
    }

    /// When a recurring charge is repeated.
    public struct RetryPlan: Sendable, Hashable {
        /// Before retry 1, 2, …, milliseconds.
        public let delays: [Int64]
        /// Whether only by day.
        public let keepsQuietHours: Bool
    }

    /// How many charges of one instrument a card scheme takes.
    public struct SchemeCap: Sendable, Hashable {
        /// In 24 hours.
        public let perDay: Int64
        /// In 30 days.
        public let perMonth: Int64
    }

    /// What a reason of a cancelled refund leads to.
    public struct RefundReason: Sendable, Hashable {
        /// When it is asked for once more.
        public let again: Again
        /// How often at the most.
        public let times: Int64
    }

    /// Bounds of what may be asked and of what is taken.
    public struct Limits: Sendable, Hashable {
        /// Of payments and refunds, characters.
        public let idLength: Int
        /// Of an idempotence key, characters.
        public let keyLength: Int
        public let descriptionLength: Int
        public let refundDescriptionLength: Int
        public let returnURLLength: Int
        public let customerIDLength: Int
        public let metadataKeys: Int
        public let metadataKeyLength: Int
        public let metadataValueLength: Int
        public let receiptItems: Int
        public let itemDescriptionLength: Int
        public let vatCodeMaximum: Int64
        public let taxSystemMaximum: Int64
        /// Of a list, items.
        public let pageSize: Int64
        /// How many days back lists are compared.
        public let reconciledDays: Int64
        /// How many days after a payment it can be given back.
        public let refundDays: Int64
        /// Of a notification's body.
        public let noticeBytes: Int
    }

    /// When a call of which nothing is known is repeated, milliseconds.
    public struct UnknownResult: Sendable, Hashable {
        /// Before the first repeats.
        public let first: [Int64]
        /// Then, until ``minuteUntil`` after the first call.
        public let minute: Int64
        /// How long ``minute`` holds.
        public let minuteUntil: Int64
        /// Then.
        public let late: Int64
        /// How long after the first call the same key may be used.
        public let keyGuard: Int64
    }

    /// How many calls may be made.
    public struct Rates: Sendable, Hashable {
        /// In any second.
        public var perSecond: Int
        /// At once.
        public var inFlight: Int
        /// In any second by jobs.
        public var backgroundPerSecond: Int
        /// At once by jobs.
        public var backgroundInFlight: Int

        /// - Parameter perSecond: as many as ``inFlight`` and the shares of jobs, 1 at the least.
        public init(perSecond: Int, inFlight: Int, backgroundPerSecond: Int, backgroundInFlight: Int) {
            self.perSecond = max(perSecond, 1)
            self.inFlight = max(inFlight, 1)
            self.backgroundPerSecond = max(backgroundPerSecond, 1)
            self.backgroundInFlight = max(backgroundInFlight, 1)
        }
    }

    public let paymentStatuses: [String: PaymentStatus]
    public let refundStatuses: [String: Progress]
    public let receiptStatuses: [String: Progress]
    public let methodStatuses: [String: MethodStatus]
    /// What each event's object is.
    public let events: [String: EventObject]
    /// Networks that notifications come from.
    public let senders: [String]
    /// What each reason of a cancelled payment leads to.
    public let paymentReasons: [String: PaymentReason]
    public let retryPlans: [RetryClass: RetryPlan]
    /// Hours of the payer's day in which slow retries are made.
    public let chargingHours: Range<Int64>
    /// By the card's scheme as the gateway writes it; `other` for all others.
    public let schemeCaps: [String: SchemeCap]
    public let refundReasons: [String: RefundReason]
    /// Names of `transaction.yaml` for every ``Reason``.
    public let reasons: [Reason: String]
    /// Codes of errors with their HTTP status.
    public let errors: [String: Int]
    /// What is said of a key that came with other data.
    public let duplicateKey: String
    /// How long payers have to confirm, milliseconds, by method; 0: without limit.
    public let confirmationTerms: [String: Int64]
    /// What a payment may be in.
    public let currencies: [String]
    /// Methods whose payments cannot be held.
    public let withoutHold: Set<String>
    /// Types of confirmation, and whether they need a return URL.
    public let confirmations: [String: Bool]
    public let limits: Limits
    public let unknownResult: UnknownResult
    /// Before looks at what a notification tells of, milliseconds.
    public let noticeDelays: [Int64]
    /// When that is given up, milliseconds.
    public let noticeTerm: Int64
    /// How long a notification is kept after it was looked at, milliseconds.
    public let noticeKept: Int64
    /// Before looks at what is not final, milliseconds.
    public let pollDelays: [Int64]
    /// How much longer than its term a confirmation is waited for, milliseconds.
    public let confirmationMargin: Int64
    /// How long before its end a hold is looked at, milliseconds.
    public let captureMargin: Int64
    public let rates: Rates
    public let calls: [CallName: Call]

    /// How that call is made. Every name has one.
    public func call(_ name: CallName) -> Call {
        guard let call = calls[name] else { preconditionFailure("the reader took a document without \(name)") }
        return call
    }

    /// What a reason leads to. One that is not known is weak: its text is kept, and two more tries do no harm.
    ///
    /// Source: yookassa.md 15
    public func paymentReason(_ word: String?) -> PaymentReason {
        word.flatMap { paymentReasons[$0] } ?? PaymentReason(retry: .weak, ends: .other, method: .keep)
    }

    /// When a recurring charge of that class is repeated.
    public func plan(_ retry: RetryClass) -> RetryPlan {
        retryPlans[retry] ?? RetryPlan(delays: [], keepsQuietHours: false)
    }

    /// How many charges the card's scheme takes.
    public func schemeCap(_ scheme: String?) -> SchemeCap {
        scheme.flatMap { schemeCaps[$0] } ?? schemeCaps["other"] ?? SchemeCap(perDay: 1, perMonth: 1)
    }

    /// How long the payer has to confirm, milliseconds; nil: without limit.
    public func confirmationTerm(_ method: String?) -> Int64? {
        let term = method.flatMap { confirmationTerms[$0] } ?? confirmationTerms["other"] ?? 0
        return term == 0 ? nil : term
    }
}
