import Specification
import StrictJSON
import Testing

@testable import Conformance

@Suite("Click's wire")
struct ClickWireTests {
    /// Source: click.md 1.3, test vectors.
    @Test("calls are signed as in the vectors")
    func vectors() throws {
        let click = try Specifications.load().click
        let signer = ClickSigner(key: "k3y-Example")
        var form = [
            "click_trans_id": "2501012345", "service_id": "54321", "merchant_trans_id": "A-1007",
            "merchant_prepare_id": "4711", "amount": "12500.00", "action": "0", "sign_time": "2026-01-15 10:20:30",
        ]
        #expect(signer.signature(.valid, click.prepareSignature) { form[$0] } == "82ef61fff531670c8bc6ae5ff652abaa")
        form["action"] = "1"
        form["sign_time"] = "2026-01-15 10:20:41"
        #expect(signer.signature(.valid, click.completeSignature) { form[$0] } == "0f2a6c8602da1f204c033b8307fffcb1")
    }

    @Test("no wrong signature is the right one", arguments: ["key", "k", "aba", "x", "Ключ"])
    func wrongIsWrong(key: String) throws {
        let parts = try Specifications.load().click.prepareSignature
        let signer = ClickSigner(key: key)
        let right = signer.signature(.valid, parts) { $0 }
        for variant in SignatureVariant.allCases where variant != .valid {
            #expect(signer.signature(variant, parts) { $0 } != right, "\(variant)")
        }
    }

    @Test(
        "amounts are written in sums, in every form",
        arguments: [
            (500_000, 2, "5000.00"), (500_000, 1, "5000.0"), (500_000, 0, "5000"), (500_000, 3, "5000.000"),
            (1, 2, "0.01"), (1999, 2, "19.99"), (-1, 2, "-0.01"), (Int64.max, 2, "92233720368547758.07"),
        ])
    func sums(tiyin: Int64, decimals: Int, text: String) {
        #expect(ClickPlaceValues.sums(tiyin, decimals: decimals) == text)
    }

    @Test("times are Tashkent's")
    func times() {
        #expect(ClickPlaceValues.signTime(1_768_454_430_999) == "2026-01-15 10:20:30")
        #expect(ClickPlaceValues.signTime(951_854_399_000) == "2000-03-01 00:59:59")
    }

    @Test("forms are encoded to the byte")
    func encoding() {
        let form = ClickForm(["a b": "ў&=+%", "n": 7, "e": ""])
        #expect(String(decoding: form.body(.plus), as: UTF8.self) == "a+b=%D1%9E%26%3D%2B%25&n=7&e=")
        #expect(String(decoding: form.body(.percent), as: UTF8.self) == "a%20b=%D1%9E%26%3D%2B%25&n=7&e=")
        #expect(String(decoding: form.body(.json), as: UTF8.self) == #"{"a b":"ў&=+%","n":"7","e":""}"#)
    }

    @Test(
        "answers are read, and what is odd about them is said",
        arguments: [
            (#"{"error":0}"#, [], []),
            (#"{"error":"0"}"#, [], ["`error` is a text here; "]),
            (#"{"click_trans_id":9007199254740993,"merchant_trans_id":"7","error":0}"#, [], []),
            (#"{"click_trans_id":"9007199254740993","error":0}"#, [], ["click_trans_id is a text here; "]),
            (#"{"merchant_trans_id":7,"error":0}"#, [], ["merchant_trans_id is a number here; "]),
            (#"{"click_trans_id":null,"error":0}"#, [], []),
            (
                #"{"click_trans_id":9007199254740992,"error":0}"#,
                ["click_trans_id is 9007199254740992, not 9007199254740993 as sent"], []
            ),
            (#"{"merchant_trans_id":"8","error":0}"#, [#"merchant_trans_id is "8", not "7" as sent"#], []),
            (#"{"error":-1}"#, ["it is the error -1, not a result"], []),
            (#"{"error":"no"}"#, [#"`error` is "no", not a number"#], []),
            (#"{"error":{"error":0}}"#, [#"`error` is {"error":0}, not a number"#], []),
            (#"{"error_note":"x"}"#, ["there is no `error`"], []),
        ])
    func answers(body: String, problems: [String], notes: [String]) throws {
        let dialect = try ClickDialect(Specifications.load().click)
        var fields = try SpecNode(yaml: Array("result: {}".utf8), name: "t").fields("t")
        let scope = ScenarioScope(orderCount: 1, places: dialect.places)
        let matchers = try MatcherReader([])
        let frame = try dialect.frame(&fields, of: .result([]), matchers: matchers, in: scope)
        let expected = ExpectedAnswer(outcome: .result([]), frame: frame, mark: nil, note: nil, remark: nil)
        let configuration = ConformanceConfiguration(url: "", key: "key", amount: 1000)
        let bindings = Bindings(
            amount: 1000, orders: ["7"], unknownOrder: "none", times: [:], places: dialect.values(configuration),
            now: { 0 })
        let request = PreparedRequest(
            request: WireRequest(method: "POST", headers: [], body: []), transaction: "a", serial: 1,
            sent: ["click_trans_id": 9_007_199_254_740_993, "merchant_trans_id": "7"])
        let answer = WireAnswer(status: 200, headers: [], body: Array(body.utf8))
        for isStrict in [false, true] {
            let verdict = try Judge(dialect: dialect, bindings: bindings, isStrict: isStrict)
                .verdict(on: .answer(answer), Expectation(answer: expected, alternatives: []), to: request)
            let found = isStrict ? verdict.problems : verdict.problems + verdict.notes
            #expect(found.count == problems.count + notes.count, "\(found)")
            for (sentence, beginning) in zip(found, problems + notes) { #expect(sentence.hasPrefix(beginning)) }
            #expect(isStrict || verdict.problems == problems)
        }
    }
}
