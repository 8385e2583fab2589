import Hummingbird
import Specification

/// A request that was let in, with all that its operation may know of it.
struct MerchantCall: Sendable {
    let request: Request
    /// The `id` of the path, decoded; empty if the path has none.
    let id: String
    /// Empty if there is none.
    let body: [UInt8]
    let holder: KeyHolder
    /// Nil: no `Idempotency-Key` was sent.
    let ticket: IdempotencyTicket?
}
