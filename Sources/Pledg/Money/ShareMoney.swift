public import Payments

/// What a group's payments need of the gateways that they go through. The server has it over ``RefundGateway`` and the
/// gateways' own calls.
public protocol ShareMoney: Sendable {
    /// The gateways that are on and take that currency, in the order in which payers see them.
    func gateways(for currency: Currency) -> [ShareGateway]

    /// Asks the gateway about a transaction that waits, and has it carry out through the service what came of it: a
    /// payment with its own time.
    ///
    /// Never called inside a storage transaction; may take some seconds.
    /// - Throws: when the gateway did not answer: it is asked again.
    func lookAgain(_ transaction: Transaction) async throws -> ShareLook

    /// Calls off a transaction that nobody waits for any more, if the gateway lets us. What is paid all the same goes
    /// back.
    func callOff(_ transaction: Transaction) async throws

    /// The same if that holds at once: of who may still pay, what he pays counts.
    func callOffAtOnce(_ transaction: Transaction) async throws

    /// Has the gateway give money back.
    ///
    /// - Throws: when it is not known whether the gateway has it to do: it is asked again with the same id.
    func giveBack(_ wish: ShareWish) async throws -> ShareAnswer

    /// How what a gateway accepted stands: ``ShareAnswer/refused(_:)`` if it turned out that it will not be done.
    func standing(of wish: ShareWish) async throws -> ShareAnswer

    /// Takes that much of what is held; the transaction is then performed, and what was not taken counts as given back.
    func capture(_ wish: ShareWish) async throws -> ShareAnswer

    /// Lets go what is held; the transaction is then cancelled.
    func release(_ wish: ShareWish) async throws -> ShareAnswer
}

extension ShareMoney {
    /// Most gateways call a payment off when they are told to.
    public func callOffAtOnce(_ transaction: Transaction) async throws { try await callOff(transaction) }
    /// A gateway that says nothing more is at it.
    public func standing(of wish: ShareWish) async throws -> ShareAnswer { .underWay }
    /// A gateway that holds nothing has nothing to take.
    public func capture(_ wish: ShareWish) async throws -> ShareAnswer { .refused("the gateway holds no money") }
    /// A gateway that holds nothing has nothing to let go.
    public func release(_ wish: ShareWish) async throws -> ShareAnswer { .refused("the gateway holds no money") }

    /// Gives back through whichever of these gateways the payment came by.
    public func giveBack(_ wish: ShareWish, by gateways: [any RefundGateway]) async throws -> ShareAnswer {
        guard let gateway = gateways.first(where: { $0.canGiveBack(wish.transaction) }) else {
            return .refused("its gateway cannot be asked to give money back")
        }
        if wish.amount != nil, !gateway.givesBackParts {
            return .refused("its gateway gives back whole payments only")
        }
        let answer = try await gateway.request(
            wish.transaction, amount: wish.amount, actor: wish.actor, alongside: wish.accepted)
        switch answer {
        case .success: return .underWay
        case .failure(let rejection): return .refused("the gateway's refund was refused: \(rejection.short)")
        }
    }
}

extension Rejection {
    /// Without what a shop wrote.
    var short: String {
        switch self {
        case .refundRefused, .refused: "by the shop"
        case .invalidState(let state): "the payment stands in state \(state.rawValue)"
        case .wrongAmount: "that much is not left"
        default: "\(self)"
        }
    }
}

/// A gateway that shares can be paid through.
public struct ShareGateway: Sendable, Hashable {
    /// What of a payment it gives back on our word.
    public enum Returns: Sendable, Hashable {
        case nothing, wholePayments, parts
    }

    /// As its transactions are stored under it.
    public var name: String
    public var returns: Returns
    /// How long it holds money for us, milliseconds; nil: it takes money at once.
    public var holdMilliseconds: Int64?
    /// How long a payment may be under way, milliseconds; nil: it is over at once, or nobody knows.
    public var attemptMilliseconds: Int64?

    /// - Parameters:
    ///   - holdMilliseconds: see ``holdMilliseconds``.
    ///   - attemptMilliseconds: see ``attemptMilliseconds``.
    public init(
        name: String, returns: Returns, holdMilliseconds: Int64? = nil, attemptMilliseconds: Int64? = nil
    ) {
        self.name = name
        self.returns = returns
        self.holdMilliseconds = holdMilliseconds
        self.attemptMilliseconds = attemptMilliseconds
    }
}

/// What is asked of a gateway for one payment.
public struct ShareWish: Sendable {
    /// Unlike any other, and the same however often it is asked: for the gateway's idempotence key.
    public var id: String
    /// The payment, as it stands.
    public var transaction: Transaction
    /// How much; nil: all that is left of it.
    public var amount: Money?
    /// Whether that is to be let go of what is held; else it is to be taken, or given back.
    public var isRelease: Bool
    /// On whose word, for the journal.
    public var actor: String
    /// To be stored together with the request, if the gateway stores one: it throws if the same was stored before, so
    /// that nothing is given back twice.
    public var accepted: Alongside
}

/// What a gateway says to a wish.
public enum ShareAnswer: Sendable, Hashable {
    /// It has it to do, or has done it; what becomes of it is seen on the transaction.
    case underWay
    /// It will not, or cannot. Words for an operator.
    case refused(String)
}

/// What a gateway says of a transaction that waits.
public enum ShareLook: Sendable, Hashable {
    /// What came of it has been carried out.
    case settled
    /// It is not paid as of now.
    case unpaid
    /// It is paid, and cannot be carried out while another one of the same share has the order.
    case keptOff
    /// The gateway cannot say yet.
    case unknown
}
