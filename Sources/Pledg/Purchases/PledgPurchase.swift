public import Payments
public import Specification

/// A purchase that a group pays.
public struct PledgPurchase: Sendable, Hashable {
    /// How the leader's money is secured.
    public enum Model: String, Sendable, Hashable {
        /// It was taken; what is too much goes back at the end.
        case charge
        /// It is held; what is needed is taken at the end.
        case hold
    }

    /// How merchants know it.
    public var id: String
    /// The transaction of this gateway on the merchant's order: performed once everybody has paid.
    public var transactionID: Int64
    /// The transaction that keeps the merchant's order paid after the leader had to cover; nil: there is none.
    public var coverID: Int64?
    /// The merchant's order.
    public var reference: String
    public var amount: Money
    public var title: String?
    public var organiserName: String?
    /// BCP 47, as the merchant gave it.
    public var language: String?
    public var successURL: String?
    public var cancelURL: String?
    public var onFailure: PledgConfiguration.OnFailure
    public var model: Model
    public var phase: PledgSpecification.Phase
    /// Why it failed.
    public var reason: PledgSpecification.Reason?
    /// What became of the money when it failed.
    public var settlement: PledgConfiguration.OnFailure?
    /// Milliseconds since 1970, as are all times here.
    public var createdAt: Int64
    /// The leader pays before that.
    public var draftUntil: Int64
    /// When the leader's money was secured; nil: not yet.
    public var securedAt: Int64?
    /// Pledgers pay before that: at that very millisecond it is too late. Nil: the leader has not paid.
    public var deadline: Int64?
    /// When the hold on the leader's money ends.
    public var holdUntil: Int64?
    public var closingSince: Int64?
    public var endedAt: Int64?
    /// The transaction of the leader's money.
    public var advanceID: Int64?
    var attempts: Int64

    /// How the transaction on the merchant's order is found.
    public var key: TransactionKey { PledgGateway.key(id) }

    static let columns = """
        id, transaction_id, cover_id, reference, amount, currency, title, organiser_name, language, success_url, \
        cancel_url, on_failure, model, phase, reason, settlement, created_at, draft_until, secured_at, deadline, \
        hold_until, closing_since, ended_at, advance_id, attempts
        """

    static func read(_ row: any SQLRow) throws -> PledgPurchase {
        guard let id = row.text(0), let currency = row.text(5).flatMap(Currency.init(code:)),
            let onFailure = row.text(11).flatMap(PledgConfiguration.OnFailure.init(rawValue:)),
            let model = row.text(12).flatMap(Model.init(rawValue:)),
            let phase = row.text(13).flatMap(PledgSpecification.Phase.init(rawValue:))
        else { throw CorruptPurchase() }
        return PledgPurchase(
            id: id, transactionID: row.integer(1) ?? 0, coverID: row.integer(2), reference: row.text(3) ?? "",
            amount: Money(minor: row.integer(4) ?? 0, currency: currency), title: row.text(6),
            organiserName: row.text(7), language: row.text(8), successURL: row.text(9), cancelURL: row.text(10),
            onFailure: onFailure, model: model, phase: phase,
            reason: row.text(14).flatMap(PledgSpecification.Reason.init(rawValue:)),
            settlement: row.text(15).flatMap(PledgConfiguration.OnFailure.init(rawValue:)),
            createdAt: row.integer(16) ?? 0, draftUntil: row.integer(17) ?? 0, securedAt: row.integer(18),
            deadline: row.integer(19), holdUntil: row.integer(20), closingSince: row.integer(21),
            endedAt: row.integer(22), advanceID: row.integer(23), attempts: row.integer(24) ?? 0)
    }
}

/// A row that this program cannot have written.
struct CorruptPurchase: Error {}
