public import Logging
public import Payments
public import Specification
public import Storage

/// Payments by Pix: charges at the receiver's bank or as static codes, their webhook, refunds, and payouts.
///
/// Source: pix.md
public struct PixGateway: Sendable {
    /// The name under which transactions of this gateway are stored.
    public static let name = "pix"

    /// As it was at the start.
    public let configuration: PixConfiguration
    /// What payers are asked for.
    public let charges: PixCharges
    /// What the bank sends.
    public let notices: PixNotices
    /// Tells the bank where its notices go.
    public let registration: PixWebhookRegistration
    /// What goes back to payers.
    public let refunds: PixRefunds
    /// What is sent.
    public let payouts: PixPayouts
    /// What the account's statement tells of what was sent.
    public let statement: PixStatementWatch
    /// The daily comparison with the bank.
    public let reconciliation: PixReconciliation

    /// - Parameters:
    ///   - bank: needed for every provider but `static`, and of no use there.
    ///   - onDue: called when a job has something to do at once.
    ///   - onChange: called with the page's id after something that a page shows was committed.
    ///   - onAnomaly: told of what somebody should look at.
    /// - Throws: ``PixSetupError`` if the documents, the configuration and the program do not fit.
    public init(
        _ configuration: PixConfiguration, service: TransactionService, store: Store,
        specifications: Specifications, bank: (any PixBank)? = nil, logger: Logger,
        onDue: @escaping @Sendable (PixJob) -> Void = { _ in },
        onChange: @escaping @Sendable (String) -> Void = { _ in },
        onAnomaly: @escaping @Sendable (PixAnomaly) -> Void = { _ in }
    ) throws {
        if configuration.provider != .static, bank == nil {
            throw PixSetupError("provider \(configuration.provider.rawValue) needs a bank")
        }
        let seconds = specifications.pix.limits.expirySeconds
        if let expiry = configuration.expirySeconds, !seconds.contains(expiry) {
            throw PixSetupError("a charge can be paid for \(seconds.lowerBound) to \(seconds.upperBound) seconds")
        }
        self.configuration = configuration
        let context = PixContext(
            configuration: configuration, specification: specifications.pix,
            reasons: try Self.reasons(specifications), service: service, store: store,
            bank: configuration.provider == .static ? nil : bank, logger: logger, onDue: onDue, onChange: onChange,
            onAnomaly: onAnomaly)
        let returns = PixReturns(context: context)
        let settlement = PixSettlement(context: context, returns: returns)
        charges = PixCharges(context, settlement)
        notices = PixNotices(context, settlement)
        registration = PixWebhookRegistration(context)
        refunds = PixRefunds(context, returns)
        payouts = PixPayouts(context)
        statement = PixStatementWatch(context, payouts)
        reconciliation = PixReconciliation(context, settlement)
    }

    /// One round of a job, for the server's job runner: how long nothing will be to do, milliseconds.
    ///
    /// What it looks up at the bank leaves a part of every minute's calls to those that somebody waits for.
    public func advance(_ job: PixJob) async -> Int64 {
        // A notice is of a payer who waits: it is looked up like what somebody asks for now.
        await PixCallPriority.$current.withValue(job == .notices ? .foreground : .background) {
            switch job {
            case .charges: await charges.advanceDue()
            case .notices: await notices.advanceDue()
            case .webhook: await registration.advanceDue()
            case .refunds: await refunds.advanceDue()
            case .payouts: await payouts.advanceDue()
            case .statement: await statement.advanceDue()
            case .reconciliation: await reconciliation.advanceDue()
            }
        }
    }

    /// The key of the transaction of a txid. It is unique by itself, whatever account it was paid to.
    static func key(_ txid: String) -> TransactionKey {
        TransactionKey(gateway: name, cashbox: "", externalID: txid)
    }

    private static func reasons(
        _ specifications: Specifications
    ) throws -> [PixSpecification.Reason: Int64] {
        var numbers: [PixSpecification.Reason: Int64] = [:]
        for (reason, name) in specifications.pix.reasons {
            guard let found = specifications.transaction.reason(named: name) else {
                throw PixSetupError("transaction.yaml has no reason named \(name)")
            }
            numbers[reason] = Int64(found.number)
        }
        return numbers
    }
}

/// The documents, the configuration and the program do not fit.
public struct PixSetupError: Error, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
