import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import StrictJSON

/// Another API v3 that answers for what this one does not know: the conformance suite plays one, and has payments made
/// there.
struct YooStandIn: Sendable {
    /// Without `/v3`, and without a slash at the end.
    let url: String
    /// What the suite calls its payments.
    let description: String
    /// Is told of our own id of every payment that is made there.
    let onPayment: @Sendable (String) -> Void

    /// Whether a call is about the suite's payments, or about ids that only it has made up.
    func isFor(_ call: YooCall, _ books: borrowing YooBooks) -> Bool {
        switch (call.method, call.path.count, call.path.first) {
        case ("POST", 1, "payments"):
            return (try? JSONValue(parsing: call.body))?["description"]?.stringValue == description
        case ("GET", 2, "payments"): return books.payments[call.path[1]] == nil
        case ("GET", 2, "refunds"): return books.refunds[call.path[1]] == nil
        case ("GET", 1, "refunds"): return call.query["payment_id"].map { books.payments[$0] == nil } ?? false
        default: return false
        }
    }

    /// What it answers to the same call.
    /// - Parameter target: from `/v3` on, with the query.
    func answer(_ call: YooCall, target: String) async -> Response {
        let isMaking = call.method == "POST"
        if isMaking, let own = (try? JSONValue(parsing: call.body))?["metadata"]?["tx"]?.stringValue { onPayment(own) }
        let answer = await WireClient(seconds: 30).send(
            isMaking ? .POST : .GET, url + target, authorization: call.authorization,
            headers: call.key.map { [("idempotence-key", $0)] } ?? [], body: isMaking ? call.body : nil)
        return Response(
            status: .init(code: answer.status ?? 503), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.bytes)))
    }
}
