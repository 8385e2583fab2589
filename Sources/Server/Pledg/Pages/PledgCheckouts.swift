import Payments
import Pledg

/// Where a payer goes to pay.
enum PledgCheckout: Sendable, Hashable {
    /// A page of this server, by its path.
    case here(String)
    /// A page of this server, by the address under which it is seen from outside.
    case ours(String)
    /// A page of the gateway's.
    case elsewhere(String)
    /// The gateway has not said yet: the payer's page leads there as soon as it has.
    case later
    /// The gateway does not take it now.
    case refused
    /// The same is being paid at this moment.
    case underWay
}

/// The gateways as payers get to them.
protocol PledgCheckouts: Sendable {
    /// How a gateway calls itself; nil: payers cannot get there.
    func name(of gateway: String) -> String?

    /// Begins a payment, if the gateway wants it begun, and says where it goes on.
    ///
    /// - Parameter returnURL: where the payer comes back to; nil: wherever the gateway leads him.
    func begin(_ start: PledgStart, returnURL: String?, _ language: PledgLanguage) async throws -> PledgCheckout

    /// Where a payment that was begun goes on; nil: nobody can say. Changes nothing, and asks nobody: programs that read
    /// mail open the pages that want to know.
    func resume(_ transaction: Transaction) async throws -> PledgCheckout?

    /// Has the gateway asked now instead of later how a payment stands: its payer came back from there.
    func hasten(_ transaction: Transaction) async throws
}
