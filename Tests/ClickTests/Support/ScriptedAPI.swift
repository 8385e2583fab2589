import Click
import Synchronization

/// Click's Merchant API, as a test wants it to be.
final class ScriptedAPI: ClickMerchantAPI {
    struct Script: Sendable {
        var status: @Sendable (Int64) throws(ClickAPIError) -> ClickPaymentStatus = {
            ClickPaymentStatus(paymentID: $0, status: 2)
        }
        var statusByOrder: @Sendable (String, String) throws(ClickAPIError) -> ClickPaymentStatus = {
            (_, _) throws(ClickAPIError) in
            throw ClickAPIError.refused(code: -1, note: "no such payment")
        }
        var reverse: @Sendable (Int64) throws(ClickAPIError) -> Void = { _ in }
    }

    private let script = Mutex(Script())
    private let calls = Mutex<[String]>([])

    /// What was asked since the last look.
    func takeCalls() -> [String] {
        calls.withLock { list in
            defer { list = [] }
            return list
        }
    }

    func now(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    func status(paymentID: Int64) async throws(ClickAPIError) -> ClickPaymentStatus {
        calls.withLock { $0.append("status \(paymentID)") }
        return try script.withLock { $0.status }(paymentID)
    }

    func status(merchantTransID: String, day: String) async throws(ClickAPIError) -> ClickPaymentStatus {
        calls.withLock { $0.append("status \(merchantTransID) \(day)") }
        return try script.withLock { $0.statusByOrder }(merchantTransID, day)
    }

    func reverse(paymentID: Int64) async throws(ClickAPIError) {
        calls.withLock { $0.append("reverse \(paymentID)") }
        try script.withLock { $0.reverse }(paymentID)
    }
}
