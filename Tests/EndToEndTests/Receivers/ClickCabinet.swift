import Synchronization
import TestSupport

/// Click's Merchant API with one payment in it, as a test plays it: paid, until it is given back.
///
/// Source: click.md 2.
final class ClickCabinet: Sendable {
    private let receiver: HTTPReceiver

    /// What `click.api_url` is set to.
    var url: String { receiver.url }
    /// How many times money was asked back.
    var reversalCount: Int { receiver.requests.count { $0.method == "DELETE" } }

    init() async throws {
        let isReversed = Mutex(false)
        receiver = try await HTTPReceiver { request in
            if request.method == "DELETE", request.uri.hasPrefix("/payment/reversal/") {
                isReversed.withLock { $0 = true }
                return .answer(200, body: Array(#"{"error_code":0,"error_note":"","payment_id":7001}"#.utf8))
            }
            let status = isReversed.withLock { $0 } ? -99 : 2
            return .answer(
                200,
                body: Array(#"{"error_code":0,"error_note":"","payment_id":7001,"payment_status":\#(status)}"#.utf8))
        }
    }

    func stop() async { await receiver.stop() }
}
