import Payments
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("The shop's answer about an account")
struct InquiryReplyTests {
    private static let now: Int64 = 1_795_219_200_000

    @Test("makes it an order that is not stored, by the rules of POST /orders")
    func allowed() async throws {
        let uzs = Currency.uzs
        let table: [(String, Order)] = [
            (#"{"allow":true}"#, .cumulative(id: "998901234567", currency: uzs, createdAt: Self.now)),
            (
                #"{"allow":true,"order_id":"phone:7","minimum":{"value":"10.00","currency":"UZS"},"maximum":{"value":"20","currency":"UZS"},"description":"Чай"}"#,
                .cumulative(
                    id: "phone:7", currency: uzs, minimum: 1_000, maximum: 2_000, description: "Чай",
                    createdAt: Self.now)
            ),
            (#"{"allow":true,"currency":"USD"}"#, .cumulative(id: "998901234567", currency: .usd, createdAt: Self.now)),
            (
                #"{"allow":true,"minimum":{"value":"1","currency":"USD"}}"#,
                .cumulative(id: "998901234567", currency: .usd, minimum: 100, createdAt: Self.now)
            ),
            (
                #"{"allow":true,"kind":"one_time","amount":{"value":"5000.00","currency":"UZS"}}"#,
                .oneTime(id: "998901234567", amount: Money(minor: 500_000, currency: uzs), createdAt: Self.now)
            ),
            (
                #"{"allow":true,"order_id":null,"kind":null,"minimum":null,"additional":null,"reason":null}"#,
                .cumulative(id: "998901234567", currency: uzs, createdAt: Self.now)
            ),
        ]
        for (text, order) in table {
            let answer = try await InquiryDesk.answer(text)
            #expect(answer == .order(order, additional: []), "\(text)")
        }
    }

    @Test("says what the payer sees")
    func additional() async throws {
        let answer = try await InquiryDesk.answer(#"{"allow":true,"additional":{"Name":"A. B.","Баланс":"-5"}}"#)
        guard case .order(_, let additional) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(additional == [AdditionalField("Name", "A. B."), AdditionalField("Баланс", "-5")])
    }

    @Test("refuses for one of six reasons")
    func refused() async throws {
        let words = Refusal.Message(ru: "Нет", uz: "Yo‘q", en: "No")
        let table: [(String, Rejection)] = [
            (#"{"allow":false,"reason":"not_found"}"#, .orderNotFound()),
            (#"{"allow":false,"reason":"not_found","field":"phone"}"#, .orderNotFound(field: "phone")),
            (#"{"allow":false,"reason":"not_payable"}"#, .orderNotPayable),
            (#"{"allow":false,"reason":"paid"}"#, .orderPaid),
            (#"{"allow":false,"reason":"busy"}"#, .orderBusy),
            (#"{"allow":false,"reason":"wrong_amount"}"#, .wrongAmount),
            (#"{"allow":false,"reason":"refused"}"#, .refused(Refusal())),
            (
                #"{"allow":false,"reason":"refused","message":{"ru":"Нет","uz":"Yo‘q","en":"No"},"field":"phone"}"#,
                .refused(Refusal(message: words, field: "phone"))
            ),
        ]
        for (text, rejection) in table {
            let answer = try await InquiryDesk.answer(text)
            #expect(answer == .refused(rejection), "\(text)")
        }
    }

    /// The answer, and a word of the failure.
    private static let unusable: [(String, String)] = [
        ("", "no JSON object"), ("junk", "no JSON object"), ("null", "no JSON object"), ("true", "no JSON object"),
        (#"[{"allow":true}]"#, "no JSON object"), (#"{"allow":false,"allow":true}"#, "no JSON object"),
        ("{}", "allow"), (#"{"allow":null}"#, "allow"), (#"{"allow":1}"#, "allow"), (#"{"allow":"true"}"#, "allow"),
        (#"{"Allow":true}"#, "allow"),
        (#"{"allow":true,"minimun":{"value":"1","currency":"UZS"}}"#, "minimun"),
        (#"{"allow":true,"S3\ncret ":1}"#, "…"), (#"{"allow":true,"id":"x"}"#, "order_id"),
        (#"{"allow":true,"reason":"paid"}"#, "reason"), (#"{"allow":true,"order_id":""}"#, "order_id"),
        (#"{"allow":true,"order_id":7}"#, "order_id"), (#"{"allow":true,"order_id":"a b"}"#, "order_id"),
        (#"{"allow":true,"kind":"monthly"}"#, "kind"), (#"{"allow":true,"kind":"one_time"}"#, "amount"),
        (#"{"allow":true,"amount":{"value":"1","currency":"UZS"}}"#, "amount"),
        (#"{"allow":true,"minimum":100}"#, "minimum"),
        (#"{"allow":true,"minimum":{"value":1.5,"currency":"UZS"}}"#, "minimum"),
        (#"{"allow":true,"minimum":{"value":"0","currency":"UZS"}}"#, "minimum"),
        (
            #"{"allow":true,"minimum":{"value":"2","currency":"UZS"},"maximum":{"value":"1","currency":"UZS"}}"#,
            "minimum"
        ),
        (#"{"allow":true,"minimum":{"value":"2","currency":"USD"},"currency":"UZS"}"#, "minimum"),
        (#"{"allow":true,"additional":["a"]}"#, "additional"), (#"{"allow":true,"additional":{"a":1}}"#, "additional"),
        (#"{"allow":true,"additional":{"":"a"}}"#, "additional"),
        (#"{"allow":true,"additional":{"a":"\u0000"}}"#, "additional"),
        (#"{"allow":true,"description":""}"#, "description"),
        (#"{"allow":false}"#, "reason"), (#"{"allow":false,"reason":"no"}"#, "reason"),
        (#"{"allow":false,"reason":["paid"]}"#, "reason"),
        (#"{"allow":false,"reason":"paid","order_id":"a"}"#, "reason"),
        (#"{"allow":false,"reason":"paid","message":{"ru":"a","uz":"b","en":"c"}}"#, "message"),
        (#"{"allow":false,"reason":"paid","field":"phone"}"#, "field"),
        (#"{"allow":false,"reason":"refused","field":""}"#, "field"),
        (#"{"allow":false,"reason":"refused","message":"No"}"#, "message"),
        (#"{"allow":false,"reason":"refused","message":{"ru":"a","en":"c"}}"#, "message"),
        (#"{"allow":false,"reason":"refused","message":{"ru":"a","uz":"","en":"c"}}"#, "message"),
        (#"{"allow":false,"reason":"refused","message":{"ru":"a","uz":"b","en":"c","fr":"d"}}"#, "message"),
    ]

    @Test(
        "cannot be used if anything in it is not what it should be, and is then neither yes nor no", arguments: unusable
    )
    func neither(text: String, word: String) async throws {
        let failure = try await InquiryDesk.failure(.answer(200, body: Array(text.utf8)))
        #expect(failure?.hasPrefix("merchant.check_url: ") == true)
        #expect(failure?.contains(word) == true, "\(text): \(failure ?? "taken")")
        #expect(failure?.contains("S3") != true)
    }

    @Test("needs an order_id where the account has no reference, or one that is no id")
    func reference() async throws {
        let yes = HTTPReceiver.Reaction.answer(200, body: Array(#"{"allow":true}"#.utf8))
        for reference in [nil, "", "90 123-45-67", "чай", String(repeating: "9", count: 65)] {
            let failure = try await InquiryDesk.failure(yes, to: InquiryDesk.question(reference: reference))
            #expect(failure?.contains("order_id") == true, "\(reference ?? "none")")
        }
    }

    @Test("must not name an order that is registered: its own rules would not hold")
    func collision() async throws {
        let registered: Set<String> = ["A-1", "998901234567"]
        for text in [#"{"allow":true,"order_id":"A-1"}"#, #"{"allow":true}"#] {
            let failure = try await InquiryDesk.failure(.answer(200, body: Array(text.utf8)), orders: registered)
            #expect(failure?.contains("registered order") == true)
        }
        let other = try await InquiryDesk.failure(
            .answer(200, body: Array(#"{"allow":true,"order_id":"A-2"}"#.utf8)), orders: registered)
        #expect(other == nil)
        let no = try await InquiryDesk.failure(
            .answer(200, body: Array(#"{"allow":false,"reason":"paid"}"#.utf8)), orders: registered)
        #expect(no == nil)
    }

    @Test("is no answer with any other status, whatever it says", arguments: [201, 204, 301, 302, 400, 404, 500, 503])
    func status(status: Int) async throws {
        let body = status == 204 ? [] : Array(#"{"allow":true}"#.utf8)
        let failure = try await InquiryDesk.failure(.answer(status, headers: [("location", "/other")], body: body))
        #expect(failure == "merchant.check_url: HTTP \(status) instead of 200")
    }

    @Test("is none if it is late")
    func late() async throws {
        for reaction in [HTTPReceiver.Reaction.held, .unfinished(200)] {
            let failure = try await InquiryDesk.failure(reaction, deadlineSeconds: 1)
            #expect(failure == "merchant.check_url: no answer within 1 s")
        }
    }

    @Test("is none if it is broken off or endless")
    func broken() async throws {
        let long =
            Array(#"{"allow":true,"description":""#.utf8) + Array(repeating: 0x61, count: 65_536) + Array(#""}"#.utf8)
        let table: [(HTTPReceiver.Reaction, String)] = [
            (.hangUp, "the connection broke off"), (.noise, "the connection broke off"),
            (.answer(200, body: long), "the answer is too long"),
        ]
        for (reaction, text) in table {
            let failure = try await InquiryDesk.failure(reaction)
            #expect(failure == "merchant.check_url: \(text)")
        }
    }
}
