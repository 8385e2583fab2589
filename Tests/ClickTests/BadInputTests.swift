import Click
import StrictJSON
import TestSupport
import Testing

/// Source: click.md 1.2, 1.3, 1.5, 1.6, 1.11; 4, edge case 14.
@Suite("What is not in Click's form")
struct BadInputTests {
    @Test(
        "without a field, and with one that has not its shape, it is a bad request",
        arguments: [
            "click_trans_id", "service_id", "click_paydoc_id", "merchant_trans_id", "amount", "action", "error",
            "error_note", "sign_time",
        ])
    func missing(name: String) async throws {
        let counter = try await Counter()
        let told = try await counter.prepare("A", 1) { $0[name] = nil }
        #expect(told.error == -8, "\(name)")
        let isNumber = !["merchant_trans_id", "amount", "error_note", "sign_time"].contains(name)
        for value in isNumber ? ["", "1.0", "+1", "01", "-0", "1e3", "0x1", " 1", "9223372036854775808", "x"] : [] {
            #expect(try await counter.prepare("A", 1) { $0[name] = value }.error == -8, "\(name)=\(value)")
        }
        if !isNumber {
            let long = String(repeating: "a", count: 2_000)
            #expect(try await counter.prepare("A", 1) { $0[name] = long }.error == -8, "\(name)")
        }
        #expect(try await counter.count("transactions") == 0)
        await counter.shop.close()
    }

    @Test("a body that is no form is a bad request, and nothing is repeated of it")
    func bodies() async throws {
        let counter = try await Counter()
        let good = SentCall.prepare("A", 1).body
        let text = String(decoding: good, as: UTF8.self)
        let bodies: [[UInt8]] = [
            [], Array("{}".utf8), Array("[]".utf8), Array("&&&".utf8), Array("=".utf8), Array("a".utf8),
            [0xFF, 0xFE], Array((text + "&action=0").utf8), Array((text + "&ACTION=%").utf8),
            Array((text + "&x=%zz").utf8), Array((text + "&x=%4").utf8), Array((text + "&amount[]=1").utf8),
            Array((text + "&amount%5B0%5D=1").utf8), Array(text.replacing("5000%2E00", with: "%FF").utf8),
            Array(text.replacing("5000%2E00", with: "%00").utf8),
            Array((text + "&error_note=").utf8),
            Array((text + (0..<100).map { "&f\($0)=1" }.joined()).utf8),
        ]
        for body in bodies {
            let told = try await counter.prepare("A", 1) { $0.raw = body }
            #expect(told.error == -8, "\(String(decoding: body, as: UTF8.self))")
            #expect(told.value["click_trans_id"] == nil)
        }
        for type in [nil, "", "application/json", "multipart/form-data", "application/x-www-form-urlencodedx"] {
            #expect(try await counter.prepare("A", 1) { $0.contentType = type }.error == -8)
        }
        #expect(try await counter.count("transactions") == 0)
        // And it is well.
        let type = "Application/X-WWW-Form-Urlencoded; charset=UTF-8"
        #expect(try await counter.prepare("A", 1) { $0.contentType = type }.error == 0)
        await counter.shop.close()
    }

    @Test("fields that are none of ours do no harm")
    func otherFields() async throws {
        let counter = try await Counter()
        let text = String(decoding: SentCall.prepare("A", 1).body, as: UTF8.self)
        let told = try await counter.prepare("A", 1) { $0.raw = Array("\(text)&more=%ff&amounts[]=1&".utf8) }
        #expect(told.error == 0)
        await counter.shop.close()
    }

    @Test("the signature comes before everything that is stored, and after the shape")
    func signature() async throws {
        let counter = try await Counter()
        let forged = String(repeating: "0", count: 32)
        for sign in [forged, "0", "x"] {
            #expect(try await counter.prepare("A", 1) { $0.signature = sign }.error == -1)
            #expect(try await counter.prepare("nobody", 1) { $0.signature = sign }.error == -1)
            #expect(
                try await counter.prepare("A", 1) {
                    $0["amount"] = "1"
                    $0.signature = sign
                }.error == -1)
            #expect(
                try await counter.prepare("A", 1) {
                    $0["action"] = "7"
                    $0.signature = sign
                }.error == -1)
            #expect(
                try await counter.prepare("A", 1) {
                    $0["error"] = "5"
                    $0.signature = sign
                }.error == -8)
        }
        #expect(try await counter.prepare("A", 1) { $0.signature = "" }.error == -8)
        #expect(try await counter.prepare("A", 1) { $0.signature = $0.digest.uppercased() }.error == -1)
        #expect(try await counter.prepare("A", 1) { $0.secret = "" }.error == -1)
        #expect(try await counter.prepare("A", 1) { $0["service_id"] = "54322" }.error == -1)
        let unknown = try await counter.prepare("A", 1) { $0["action"] = "7" }
        #expect(unknown.error == -3)
        #expect(unknown.note == "Action not found")
        // Some test tools send it with Prepare.
        #expect(try await counter.prepare("B", 2) { $0["merchant_prepare_id"] = "0" }.error == 0)
        #expect(try await counter.prepare("B", 3) { $0["merchant_prepare_id"] = "" }.error == 0)
        await counter.shop.close()
    }

    @Test("a recorded Prepare cannot be read as another call, though what is hashed has no separators")
    func splitElsewhere() async throws {
        let counter = try await Counter()
        let id = try await counter.prepare("phone", 1) { $0["amount"] = "10.00" }.prepareID
        // Prepare of 110.00 sums: "110.00" + "0" + time is also prepare id 1, amount 10.00 … of another call.
        let recorded = SentCall.prepare("phone", 1)
        for (amount, time) in [("1", "0.0002026-11-20 10:20:30"), ("10.00", "02026-11-20 10:20:30")] {
            let told = try await counter.complete("phone", 1, id) {
                $0["amount"] = amount
                $0["sign_time"] = time
                $0.signature = recorded.digest
            }
            #expect(told.error == -8)
        }
        for time in ["", "2026-11-20", "2026-11-20T10:20:30", "2026-11-20 10:20:3x", "2026-11-20 10:20:300"] {
            #expect(try await counter.prepare("A", 2) { $0["sign_time"] = time }.error == -8, "\(time)")
        }
        await counter.shop.close()
    }

    @Test("the amount is compared to the tiyin, from its text")
    func amounts() async throws {
        let counter = try await Counter()
        for (index, text) in ["5000", "5000.0", "5000.00"].enumerated() {
            #expect(try await counter.prepare("A", 10 + Int64(index)) { $0["amount"] = text }.error == 0, "\(text)")
        }
        for text in [
            "4999.99", "5000.01", "05000.00", "005000", "0", "0.00", "-5000.00", "+5000.00", "5e3", "5000.000", "5000.",
            ".5", "NaN",
            "5,000.00",
            "5 000", "92233720368547758.08", "٥٠٠٠", "0x1388",
        ] {
            #expect(try await counter.prepare("A", 99) { $0["amount"] = text }.error == -2, "\(text)")
        }
        #expect(try await counter.transaction(99) == nil)
        for (text, error) in [("10.00", 0), ("9.99", -2), ("90000.00", 0), ("90000.01", -2)] as [(String, Int64)] {
            let id = Int64(1_000 + text.count * 7) + (error == 0 ? 1 : 0)
            #expect(try await counter.prepare("phone", id) { $0["amount"] = text }.error == error, "\(text)")
        }
        await counter.shop.close()
    }

    @Test("numbers in answers are numbers, and a name with quotes in it stays one")
    func answers() async throws {
        let counter = try await Counter()
        let told = try await counter.prepare("\"А\\\n", 5)
        #expect(told.error == -5)
        #expect(told.value["merchant_trans_id"] == .string("\"А\\\n"))
        #expect(told.value["click_trans_id"] == .integer(5))
        #expect(told.note == "User does not exist")
        let prepared = try await counter.prepare("A", 6)
        #expect(
            prepared.value.objectValue?.keys == [
                "click_trans_id", "merchant_trans_id", "merchant_prepare_id", "error", "error_note",
            ])
        let done = try await counter.complete("A", 6, prepared.prepareID)
        #expect(
            done.value.objectValue?.keys == [
                "click_trans_id", "merchant_trans_id", "merchant_confirm_id", "error", "error_note",
            ])
        await counter.shop.close()
    }

    @Test("a caller from elsewhere learns nothing")
    func address() async throws {
        let counter = try await Counter()
        let call = ClickCall(contentType: "application/x-www-form-urlencoded", isAddressAllowed: false)
        let answer = await counter.gateway.answer(call, body: SentCall.prepare("A", 1).body)
        #expect(answer.code == -1)
        #expect(try JSONValue(parsing: answer.body)["merchant_trans_id"] == nil)
        #expect(try await counter.count("transactions") == 0)
        await counter.shop.close()
    }
}
