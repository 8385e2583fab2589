import Logging
import Payments
import Storage

/// What the bank says about money that goes back: how refunds of ours end, and refunds that it was forced to.
struct PixReturns: Sendable {
    let context: PixContext

    func take(_ returns: [PixReturn], of e2eID: String, _ page: String) async throws {}
}
