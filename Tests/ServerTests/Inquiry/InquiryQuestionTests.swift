import Delivery
import Payments
import TestSupport
import Testing

@testable import Server

@Suite("The question about an account")
struct InquiryQuestionTests {
    @Test("is signed, says who asks what, and has an id of its own")
    func whole() async throws {
        try await InquiryDesk.with(.answer(200, body: Array(#"{"allow":true}"#.utf8))) { desk in
            let fields = ["phone": "998901234567", "note": "чай\n\"", "bill": "7"]
            _ = try await desk.inquiry.ask(InquiryDesk.question(fields: fields))
            _ = try await desk.inquiry.ask(InquiryDesk.question(fields: fields))
            let signer = WebhookSigner(try WebhookSecret(InquiryDesk.secret))
            let requests = desk.receiver.requests
            #expect(requests.count == 2)
            #expect(Set(requests.compactMap { $0.header("webhook-id") }).count == 2)
            for request in requests {
                #expect(request.method == "POST")
                #expect(request.uri == "/check")
                #expect(request.header("content-type") == "application/json")
                #expect(
                    signer.verify(
                        id: request.header("webhook-id") ?? "", timestamp: request.header("webhook-timestamp") ?? "",
                        signature: request.header("webhook-signature") ?? "", body: request.body, now: desk.clock.now))
                #expect(
                    String(decoding: request.body, as: UTF8.self) == #"""
                        {"type":"account.check","timestamp":"2026-11-21T00:00:00.000Z","data":{"gateway":"payme","purpose":"check","reference":"998901234567","account":{"bill":"7","note":"чай\n\"","phone":"998901234567"},"amount":{"value":"5000.00","currency":"UZS"}}}
                        """#)
            }
        }
    }

    @Test("has null where the gateway said nothing that can be told")
    func nothing() async throws {
        try await InquiryDesk.with(.answer(200, body: Array(#"{"allow":true,"order_id":"x"}"#.utf8))) { desk in
            let question = InquiryDesk.question(reference: nil, fields: [:], amount: nil, purpose: .create)
            _ = try await desk.inquiry.ask(question)
            let body = String(decoding: desk.receiver.requests.first?.body ?? [], as: UTF8.self)
            #expect(body.hasSuffix(#""purpose":"create","reference":null,"account":{},"amount":null}}"#))
        }
    }
}
