/// How the simulated bank behaves, until somebody says otherwise.
public struct PixBankConduct: Sendable {
    /// The form of a notice about a payment.
    public enum NoticeShape: Sendable {
        /// `{"pix": [...]}`. Source: pix.md 3.6.
        case standard
        /// A bare array, `devolucoes` as an object, amounts of `componentesValor` as numbers. Source: pix.md 4.4.
        case inter
    }

    /// What a payout is answered with. Source: pix.md 4.5.
    public enum PayoutAnswer: String, Sendable, CaseIterable {
        case processed = "PROCESSADO"
        case scheduled = "AGENDADO"
        /// A person must agree to it in the bank's site.
        case approval = "APROVACAO"
    }

    /// How often a call may be made.
    public var limits = PixBankLimits.production
    /// The form of notices.
    public var noticeShape = NoticeShape.inter
    /// How long a refund is being worked on, milliseconds.
    public var refundMilliseconds: Int64 = 2_000
    /// Why refunds that are asked for from now on end as `NAO_REALIZADO`; nil: they succeed.
    public var refundFailure: String?
    /// What new payouts are answered with.
    public var payoutAnswer = PayoutAnswer.processed
    /// What a new payout goes through, the first at once, the last for good. Empty: what belongs to the answer.
    public var payoutStatuses: [String] = []
    /// From one status to the next, milliseconds.
    public var payoutStepMilliseconds: Int64 = 2_000
    /// What goes wrong with every call of a kind.
    public var faults: [PixBankOperation: PixBankFault] = [:]
    /// What goes wrong with every notice.
    public var noticeFault: PixNoticeFault?

    /// A bank that works well.
    public init() {}

    var payoutCourse: [String] {
        if !payoutStatuses.isEmpty { return payoutStatuses }
        return switch payoutAnswer {
        case .processed: ["ENVIADO", "PAGO"]
        case .scheduled: ["AGENDADO"]
        case .approval: ["AGUARDANDO_APROVACAO"]
        }
    }
}

/// What goes wrong with a call.
public enum PixBankFault: Sendable, Hashable {
    /// Answers with that status, and does nothing.
    case refused(Int)
    /// Does it, and answers with that status all the same.
    case failedAfter(Int)
    /// Does nothing, and closes the connection in the middle of an answer.
    case dropped
    /// Does it, and closes the connection in the middle of the answer.
    case lost
    /// Does it, and answers after so many milliseconds of real time.
    case slow(Int)
    /// Says that there were too many calls.
    case tooMany
    /// Says that the token is not known, and forgets it.
    case tokenForgotten
    /// Answers without `pixCopiaECola`.
    case noCode
    /// Answers with a code that no app can pay.
    case wrongCode
    /// Does it, and answers with JSON that breaks off.
    case broken
    /// Does it, and answers with a redirect.
    case redirect
}

/// What goes wrong with a notice.
public enum PixNoticeFault: Sendable, Hashable {
    /// It never comes.
    case never
    /// It comes twice.
    case doubled
    /// It comes so many milliseconds later, on the sandbox's clock.
    case late(Int64)
    /// It comes after the one that follows it.
    case reordered
    /// It comes in one body with the one that follows it.
    case grouped
    /// It names a key that is not the merchant's.
    case foreignKey
}
