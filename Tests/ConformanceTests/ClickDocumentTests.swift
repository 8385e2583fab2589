import Foundation
import Specification
import Testing

@testable import Conformance

@Suite("Reading Click's scenarios")
struct ClickDocumentTests {
    @Test("the document of this repository is consistent")
    func loads() throws {
        let document = try ScenarioDocument.load(gateway: "click")
        #expect(document.scenarios.count > 100)
        #expect(!document.blindspots.isEmpty)
        #expect(Set(document.scenarios.map(\.group)).count == 9)
        for table in ["suite-2026", "desktop"] {
            let steps = document.scenarios.filter { $0.group.id == table }
            #expect(steps.count == 15)
            #expect(steps.allSatisfy { $0.steps.count == 1 && $0.group.isGatewaysOwn })
            for (index, step) in steps.enumerated() { #expect(step.title.hasPrefix("Step \(index + 1): ")) }
        }
    }

    @Test("names no code: errors have their names in click.openapi.yaml")
    func namesNoCode() throws {
        let yaml = try #require(Specifications.scenarios(for: "click"))
        let text = String(decoding: yaml, as: UTF8.self)
        // With a sign only where it is Click's own `error`, which is sent.
        #expect(!text.contains(try Regex("expect: \\{error: -?[0-9]")))
    }

    @Test("asked for one step of a table, the ones before it are run too")
    func chains() throws {
        var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "key", amount: 1000)
        configuration.gateway = "click"
        configuration.serviceID = 1
        configuration.orders = ["1"]
        configuration.only = ["desktop-03", "race-cancel"]
        #expect(
            try ConformanceRun(configuration).scenarioIDs == ["desktop-01", "desktop-02", "desktop-03", "race-cancel"])
    }

    /// What is replaced, by what, and the refusal with its line.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let refusal: String

        init(_ old: String, _ new: String, _ refusal: String) {
            self.old = old
            self.new = new
            self.refusal = refusal
        }

        var testDescription: String { refusal }
    }

    @Test(
        "a document that contradicts itself is refused, with the line",
        arguments: [
            Mistake("  prepare: {click", "  getinfo: {click", "5: there is no method getinfo in click.openapi.yaml"),
            Mistake("error: SignCheckFailed", "error: Unauthorized", "18: there is no error Unauthorized in click."),
            Mistake("error: SignCheckFailed", "error: Success", "18: there is no error Success in click.openapi.yaml"),
            Mistake("error: SignCheckFailed", "error: -1", "18: `error` must be a string"),
            Mistake("sign: wrong_key", "sign: wrong", "18: `sign` must be one of valid, missing, empty, wrong_key"),
            Mistake("sign: wrong_key", "auth: wrong_key", "18: a step has an unknown key `auth`"),
            Mistake("sign: wrong_key", "rpc_id: 1", "18: a step has an unknown key `rpc_id`"),
            Mistake("sign: wrong_key", "message: {}", "18: a step has an unknown key `message`"),
            Mistake("sign: wrong_key", "encoding: xml", "18: `encoding` must be one of plus, percent, json"),
            Mistake("sign: wrong_key", "without: [colour]", "18: prepare has no parameter colour to leave out"),
            Mistake("sign: wrong_key", "signed_as: {colour: 1}", "18: there is no field colour to sign"),
            Mistake("sign: wrong_key", "signed_as: {amount: \"{x}\"}", "18: {x} is not defined"),
            Mistake("sign: wrong_key", "append: \"{x}\"", "18: {x} is not defined"),
            Mistake("sign: wrong_key", "with: {amount: \"{account_field}\"}", "18: {account_field} is not defined"),
            Mistake("sign: wrong_key", "with: {amount: \"{rpc_id}\"}", "18: {rpc_id} is not defined"),
            Mistake("sign: wrong_key", "with: {amount: \"{service_id:1}\"}", "18: {service_id} takes no argument"),
            Mistake("call: prepare, sign", "call: confirm, sign", "18: `methods` has no confirm"),
            Mistake("call: prepare, sign", "sign", "18: a step is one of call, raw, together and pause"),
            Mistake("fields: {error_note", "data: {error_note", "18: an expectation has an unknown key `data`"),
            Mistake("content_type: json", "content_type: xml", "19: `content_type` can only be json"),
            Mistake("content_type: json", "jsonrpc: present", "19: an expectation has an unknown key `jsonrpc`"),
            Mistake("continues: first-one", "continues: no-one", "26: `continues` names the scenario right before it"),
            Mistake(
                "continues: first-one", "continues: first-one\n    orders: {used: 1}",
                "26: a scenario that goes on has the orders, times and kinds of the one before"),
            Mistake("\"{prepare_id:one}\"", "\"{order2}\"", "28: {order2} needs 2 orders; the scenario asks for 1"),
            Mistake("exactly: 1, others: paid", "exactly: 1", "29: `exactly` and `others` belong together"),
            Mistake("missed: first-one", "missed: no-one", "30: there is no scenario no-one"),
            Mistake("group: a", "group: c", "10: `group` must be one of a, b, not \"c\""),
            Mistake("own: true", "ours: true", "2: the group a has an unknown key `ours`"),
        ])
    func refuses(mistake: Mistake) throws {
        try #require(Self.base.contains(mistake.old), "the mistake does not apply")
        let yaml = Self.base.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
        #expect { try document(yaml) } throws: { error in
            "\(error)".hasPrefix("test.yaml:\(mistake.refusal)")
        }
    }

    @Test("the document that the refusals are made from is read")
    func base() throws {
        let document = try document(Self.base)
        #expect(document.scenarios.map(\.continues) == [nil, "first-one"])
        #expect(document.hints.map(\.sentence) == ["Hm."])
    }

    private func document(_ yaml: String) throws -> ScenarioDocument {
        try ScenarioDocument(
            yaml: Array(yaml.utf8), name: "test.yaml", dialect: ClickDialect(Specifications.load().click))
    }

    private static let base = """
        gateway: click
        groups: {a: {title: A, own: true}, b: {title: B}}
        sources: {docs: {title: "The docs"}}
        methods:
          prepare: {click_trans_id: "{id}", merchant_trans_id: "{order}", amount: "{sum}"}
          complete: {click_trans_id: "{id}", merchant_prepare_id: "{prepare_id}", amount: "{sum:0}"}
        answers: {paid: {error: AlreadyPaid}}
        scenarios:
          - id: first-one
            group: a
            title: First
            why: Because.
            rule: It works.
            source: [{docs: "1"}]
            orders: {used: 1}
            steps:
              - {call: prepare, tx: one, expect: {result: {}}}
              - {call: prepare, sign: wrong_key, expect: {error: SignCheckFailed, fields: {error_note: {is: text}}}}
              - {call: prepare, expect: {answer: any, content_type: json}}
          - id: second-one
            group: b
            title: Second
            why: Because.
            rule: It works.
            source: [{docs: "2"}]
            continues: first-one
            steps:
              - {call: complete, with: {merchant_prepare_id: "{prepare_id:one}"}, expect: {result: {}}}
              - {call: complete, parallel: 8, transactions: same, exactly: 1, others: paid, expect: {result: {}}}
        hints: [{missed: first-one, say: Hm.}]
        """
}
