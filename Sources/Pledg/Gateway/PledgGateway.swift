public import Logging
public import Payments
import Specification
public import Storage
import StrictJSON

/// Purchases that a group pays. Every share is an order that any gateway can be paid through; this gateway is made of
/// the others.
///
/// Source: pledg.md
public struct PledgGateway: Sendable {
    /// The name under which transactions of this gateway are stored.
    public static let name = "pledg"

    let context: PledgContext
    private let times: PledgTimes
    private let movements: PledgMovements
    private let mails: PledgMails

    /// - Parameters:
    ///   - listener: one of the service's observers.
    ///   - money: the gateways that shares are paid through.
    ///   - mailer: needed if e-mails are written.
    ///   - onDue: called when a job has something to do at once.
    ///   - onAnomaly: told of what somebody should look at.
    /// - Throws: ``PledgSetupError`` if these do not fit.
    public init(
        _ listener: PledgListener, service: TransactionService, store: Store, money: any ShareMoney,
        mailer: (any PledgMailer)? = nil, logger: Logger, onDue: @escaping @Sendable (PledgJob) -> Void = { _ in },
        onAnomaly: @escaping @Sendable (PledgAnomaly) -> Void = { _ in }
    ) throws(PledgSetupError) {
        guard service.observers.contains(where: { $0 as AnyObject === listener }) else {
            throw PledgSetupError("the listener is none of the service's observers")
        }
        guard mailer != nil || !listener.ledger.configuration.sendsMail else {
            throw PledgSetupError("e-mails are to be written, and there is no mailer")
        }
        context = PledgContext(
            ledger: listener.ledger, service: service, store: store, money: money, logger: logger, onDue: onDue,
            onAnomaly: onAnomaly)
        times = PledgTimes(context: context)
        movements = PledgMovements(context: context)
        mails = PledgMails(context: context, mailer: mailer)
        listener.connect(
            PledgListener.Links(
                onCommitted: { for job in PledgJob.allCases { onDue(job) } },
                holdMilliseconds: { name, currency in
                    money.gateways(for: currency).first { $0.name == name }?.holdMilliseconds
                }))
    }

    /// As it was at the start.
    public var configuration: PledgConfiguration { context.configuration }

    /// One round of a job, for the server's job runner: how long nothing will be to do, milliseconds.
    ///
    /// Run ``PledgJob/purchases`` once before the server takes calls: what is overdue is closed first.
    public func advance(_ job: PledgJob) async -> Int64 {
        switch job {
        case .purchases: await times.advanceDue()
        case .movements: await movements.advanceDue()
        case .mails: await mails.advanceDue()
        }
    }

    /// Whether an order is one that this gateway made, for a share or for a leader.
    public static func isOwnOrder(_ id: String) -> Bool { id.hasPrefix(orderPrefix) }

    /// What the ids of those orders begin with.
    public static var orderPrefix: String { PledgID.orderPrefix }

    /// The purchase of one of this gateway's transactions.
    public static func purchaseID(of key: TransactionKey) -> String? {
        guard key.gateway == name else { return nil }
        return isCover(key) ? String(key.externalID.dropLast(coverEnd.count)) : key.externalID
    }

    private static let coverEnd = "-leader"

    static func key(_ id: String) -> TransactionKey { TransactionKey(gateway: name, cashbox: "", externalID: id) }

    static func coverKey(_ id: String) -> TransactionKey { key(id + coverEnd) }

    /// Whether it is of what the leader covered of a purchase that failed.
    public static func isCover(_ key: TransactionKey) -> Bool { key.externalID.hasSuffix(coverEnd) }

    static func account(_ reference: String, _ id: String) -> String {
        let account: JSONValue = ["order_id": .string(reference), "purchase_id": .string(id)]
        return account.text
    }
}
