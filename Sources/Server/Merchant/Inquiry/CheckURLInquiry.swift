import Delivery
import JSONRPC
import Payments

/// Asks the shop at `merchant.check_url` about accounts that are no order: a phone, a contract number.
///
/// The question is signed as a webhook is, so the shop knows who asks. The answer comes over the same connection.
struct CheckURLInquiry: AccountInquiry {
    /// The shop's page that answers.
    let target: OutboundTarget
    let signer: WebhookSigner
    /// With ``OutboundLimits/inquiry``; who made it shuts it down.
    let client: OutboundClient
    /// It must be right: the shop refuses what is five minutes off.
    let clock: TimeSource
    /// The form of fiscal lines.
    let fiscal: SchemaValidator
    /// Whether that id stands in the `orders` table. An answer must not name such an order: it would be paid by rules
    /// that are not its own (as an account of any amount, although it is paid or withdrawn).
    let isOrder: @Sendable (String) async throws -> Bool

    /// - Throws: ``InquiryFailure``; what `isOrder` throws; `CancellationError`.
    func ask(_ question: AccountQuestion) async throws -> InquiryAnswer {
        let now = clock.now
        let body = InquiryQuestion.body(question, at: now)
        // Every question has an id of its own: its answer is never a repeat.
        let headers = signer.headers(id: "check_" + UniqueID.make(), timestamp: now / 1_000, body: body)
        let answer: OutboundAnswer
        do {
            answer = try await client.post(to: target, headers: headers, body: body)
        } catch let error as OutboundError {
            throw InquiryFailure("\(error)")
        }
        guard answer.status == 200 else { throw InquiryFailure("HTTP \(answer.status) instead of 200") }
        let reply = try InquiryReply.read(answer.body, question, fiscal: fiscal, now: now)
        if case .order(let order, _) = reply, try await isOrder(order.id) {
            throw InquiryFailure("the answer's order_id is that of a registered order; give another one")
        }
        return reply
    }
}

/// Why there is no answer of the shop's that can be used. Its text is for the log; of what the shop sent it holds the
/// name of a misspelt member at the most.
struct InquiryFailure: Error, Hashable, CustomStringConvertible {
    /// What is wrong, and with what.
    let description: String

    init(_ what: String) {
        description = "merchant.check_url: \(what)"
    }
}
