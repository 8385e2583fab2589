import Delivery
import JSONRPC
import Payme
import Payments
import Specification
import TestSupport

@testable import Server

/// A shop that is asked about accounts, and what was made of its answers.
struct InquiryDesk {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let inquiry: CheckURLInquiry
    let receiver: HTTPReceiver
    let clock: ManualClock

    static func question(
        reference: String? = "998901234567", fields: [String: String] = ["phone": "998901234567"],
        amount: Int64? = 500_000, purpose: AccountQuestion.Purpose = .check
    ) -> AccountQuestion {
        AccountQuestion(
            gateway: "payme", purpose: purpose, fields: fields, reference: reference,
            amount: amount.map { Money(minor: $0, currency: .uzs) })
    }

    /// - Parameter orders: the ids that stand in the `orders` table.
    static func with<T>(
        _ reaction: HTTPReceiver.Reaction, orders: Set<String> = [], deadlineSeconds: Int64 = 10,
        _ body: (InquiryDesk) async throws -> T
    ) async throws -> T {
        let schema = SchemaValidator(try PaymeGateway.fiscalDetailSchema(try Specifications.load()))
        return try await HTTPReceiver.with(reaction) { receiver in
            let clock = ManualClock()
            let limits = OutboundLimits(
                deadlineSeconds: deadlineSeconds, bodyBytesMaximum: OutboundLimits.inquiry.bodyBytesMaximum,
                keepsBody: true)
            let client = OutboundClient(userAgent: "tiyin/test", limits: limits)
            let inquiry = CheckURLInquiry(
                target: try OutboundTarget(receiver.url + "/check", allowsPrivate: true),
                signer: WebhookSigner(try WebhookSecret(secret)), client: client, clock: clock.source, fiscal: schema
            ) { orders.contains($0) }
            let result: Result<T, any Error>
            do {
                result = .success(try await body(InquiryDesk(inquiry: inquiry, receiver: receiver, clock: clock)))
            } catch {
                result = .failure(error)
            }
            await client.shutdown()
            return try result.get()
        }
    }

    /// The shop answers that text with 200.
    static func answer(
        _ text: String, to question: AccountQuestion = question(), orders: Set<String> = []
    ) async throws -> InquiryAnswer {
        try await with(.answer(200, body: Array(text.utf8)), orders: orders) { try await $0.inquiry.ask(question) }
    }

    /// Why that answer cannot be used; nil: it can.
    static func failure(
        _ reaction: HTTPReceiver.Reaction, to question: AccountQuestion = question(), orders: Set<String> = [],
        deadlineSeconds: Int64 = 10
    ) async throws -> String? {
        try await with(reaction, orders: orders, deadlineSeconds: deadlineSeconds) { desk in
            do {
                _ = try await desk.inquiry.ask(question)
                return nil
            } catch let failure as InquiryFailure {
                return failure.description
            }
        }
    }
}
