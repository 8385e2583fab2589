public import Payments

/// A payment as it is stored here, beside its transaction.
public struct YooKassaStoredPayment: Sendable, Hashable {
    /// How the payer is there.
    public enum Kind: String, Sendable, Hashable {
        /// The payer pays once.
        case oneOff = "one_off"
        /// The payer pays, and the method is saved.
        case first
        /// The payer is not there: a saved method is charged.
        case recurring
    }

    /// What is finer than the transaction's state.
    ///
    /// Source: yookassa.md 22
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// Not sent yet, or it could not be.
        case sending
        /// Sent, and nothing is known.
        case unknown
        case awaitingPayer = "awaiting_payer"
        /// The money is held.
        case authorized
        case capturing, cancelling
        case succeeded, canceled
        /// YooKassa did not take it.
        case rejected
        /// Nothing was known for so long that the key is too old: somebody has to look.
        case unresolved
        /// YooKassa's payment is not what ours is: somebody has to look.
        case quarantined

        /// Whether the create call's answer is still to come.
        var isBeforeAnswer: Bool { self == .sending || self == .unknown || self == .unresolved }
        /// Whether YooKassa has said its last word, or nobody asks any more.
        public var isEnd: Bool { self == .succeeded || self == .canceled || self == .rejected }
    }

    /// Our id, `metadata.tx` at YooKassa. Nobody guesses it.
    public var id: String
    public var transactionID: Int64
    /// YooKassa's id; nil: it has not answered.
    public var providerID: String?
    public var kind: Kind
    public var userID: String?
    public var description: String?
    /// The merchant's own, JSON text.
    public var metadata: String
    public var step: Step
    var attemptKey: String
    /// Whether the money is taken as soon as the payer paid; else it is held.
    public var wantsCapture: Bool
    public var isTest: Bool
    public var confirmationType: String?
    public var confirmationURL: String?
    public var confirmationToken: String?
    public var confirmationData: String?
    public var methodID: String?
    public var methodType: String?
    public var methodTitle: String?
    public var cardType: String?
    /// Whether the method can be charged again.
    public var isMethodSaved: Bool
    /// Milliseconds since 1970, as are the others.
    public var createdAt: Int64
    public var providerCreatedAt: Int64?
    /// When a hold ends by itself.
    public var expiresAt: Int64?
    /// When the money was taken, by YooKassa's clock.
    public var capturedAt: Int64?
    /// What was asked to be taken, minor units; nil: all.
    var captureAmount: Int64?
    /// What was taken, minor units.
    public var captured: Int64
    /// What was held and not taken, minor units, as far as the transaction knows of it.
    public var uncaptured: Int64
    /// What is going back, minor units.
    public var reserved: Int64
    /// What went back, minor units.
    public var refunded: Int64
    /// On whose word it is to be called off as soon as that can be; nil: it is not.
    public var cancelledBy: String?
    public var cancelParty: String?
    /// YooKassa's word.
    public var cancelReason: String?
    /// What YooKassa said of a payment that it did not take.
    public var refusal: YooKassaError.Refusal?
    /// YooKassa's word for the fiscal receipt.
    public var receiptStatus: String?
    /// How often it was looked at since something changed.
    var looks: Int64
    var dueAt: Int64?
    /// One clause for whoever looks.
    public var note: String?

    /// What can still be given back, minor units.
    public var available: Int64 { captured - reserved - refunded }
}

/// A payment, and the transaction it is for.
public struct YooKassaPaymentView: Sendable, Hashable {
    public var payment: YooKassaStoredPayment
    public var transaction: Transaction

    /// Words for the merchant, YooKassa's where it has one.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// YooKassa has not answered, or nothing is known.
        case processing
        case pending
        case waitingForCapture = "waiting_for_capture"
        case succeeded
        case partiallyRefunded = "partially_refunded"
        case refunded
        case canceled
        /// Somebody has to look.
        case review
    }

    /// How it stands, in a word.
    public var status: Status {
        switch transaction.state {
        case .cancelled: return .canceled
        case .cancelledAfterPerform: return .refunded
        case .performed: return payment.refunded > 0 ? .partiallyRefunded : .succeeded
        case .created: break
        }
        return switch payment.step {
        case .sending, .unknown: .processing
        case .awaitingPayer: .pending
        case .authorized, .capturing, .cancelling: .waitingForCapture
        case .unresolved, .quarantined: .review
        case .succeeded, .canceled, .rejected: .processing
        }
    }
}
