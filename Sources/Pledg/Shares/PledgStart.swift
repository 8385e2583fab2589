public import Payments
import Specification

/// What a payer's page needs to have a share paid: an order that the chosen gateway takes like any other.
public struct PledgStart: Sendable, Hashable {
    /// The order to be paid: the gateway's own link, code or form is made of it.
    public var orderID: String
    public var amount: Money
    /// What the payer reads.
    public var title: String?
    /// The gateway that was chosen.
    public var gateway: String
    /// Before that the money has to be there, milliseconds since 1970.
    public var deadline: Int64
    /// The gateway may take longer than that: the payer is to be told that he must be quick.
    public var isLastCall: Bool
    /// The gateway is to hold the money, not to take it.
    public var wantsHold: Bool
    /// Of the address to which the gateway leads the payer back; whoever knows it can do nothing. See
    /// ``PledgReturnView``.
    public var returnToken: String
}

/// A gateway as a payer's page shows it.
public struct PledgChoice: Sendable, Hashable {
    public var gateway: String
    /// For a leader: whether what he advances for the others comes back by itself. If not, the merchant gives it back
    /// by hand, and the page says so before he pays.
    public var reimbursesByItself: Bool
    /// Whether a payment that does not count, or of a purchase that failed, goes back by itself. If not, the merchant
    /// gives it back by hand, and the page says so before somebody pays.
    public var givesBack: Bool
    /// See ``PledgStart/isLastCall``.
    public var isLastCall: Bool
}

extension PledgContext {
    /// What a payer may choose from.
    ///
    /// - Parameters:
    ///   - deadline: milliseconds since 1970.
    ///   - pledged: what is to come back to a leader, minor units; nil: he is none.
    func choices(_ currency: Currency, deadline: Int64, advance total: Int64?, pledged: Int64?) -> [PledgChoice] {
        money.gateways(for: currency).map { gateway in
            let isHold = holds(gateway)
            let comesBack: Bool =
                switch gateway.returns {
                case .parts: true
                case .wholePayments: (pledged ?? 0) == 0 || pledged == total
                case .nothing: (pledged ?? 0) == 0
                }
            return PledgChoice(
                gateway: gateway.name, reimbursesByItself: isHold || comesBack,
                givesBack: gateway.returns != .nothing,
                isLastCall: isLastCall(gateway, deadline: deadline))
        }
    }

    /// Whether a leader's money is held there instead of taken: if the hold outlasts all that there is to wait for.
    func holds(_ gateway: ShareGateway) -> Bool {
        guard configuration.usesHolds, let length = gateway.holdMilliseconds else { return false }
        return length > specification.timers.holdGuard
    }

    func isLastCall(_ gateway: ShareGateway, deadline: Int64) -> Bool {
        guard let length = gateway.attemptMilliseconds else { return false }
        return now >= deadline - length
    }
}
