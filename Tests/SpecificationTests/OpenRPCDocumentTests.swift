import Specification
import Testing

@Suite("An OpenRPC document")
struct OpenRPCDocumentTests {
    let document: OpenRPCDocument

    init() throws {
        document = try OpenRPCDocument(yaml: Array(shop.utf8), name: "test.yaml")
    }

    @Test("has its methods in order, with their parameters")
    func methods() throws {
        #expect(document.title == "Shop")
        #expect(document.version == "1.0.0")
        #expect(document.methods.map(\.name) == ["Buy", "Sell"])
        let buy = try #require(document.method(named: "Buy"))
        #expect(buy.parameters.map(\.name) == ["amount", "note"])
        #expect(buy.parameters.map(\.isRequired) == [true, false])
        #expect(buy.errors == ["NoMoney", "NoShop"])
        #expect(buy.invalidParams == "BadCall")
        #expect(!buy.isOptional)
        #expect(buy.line == 21)
        let sell = try #require(document.method(named: "Sell"))
        #expect(sell.isOptional)
        #expect(sell.source == "sheet 1")
        #expect(sell.invalidParams == "BadSale")
        #expect(document.method(named: "buy") == nil)
    }

    @Test("gives every error its texts and the rules of its range")
    func errors() throws {
        let noMoney = try #require(document.error(named: "NoMoney"))
        #expect(noMoney.code == -50)
        #expect(noMoney.text == LocalizedText(ru: "Нет денег.", uz: "Pul yoʻq.", en: "No money."))
        #expect(noMoney.data == .required)
        #expect(noMoney.textRule == .replaceable)
        let badCall = try #require(document.error(named: "BadCall"))
        #expect(badCall.data == .optional)
        #expect(badCall.textRule == .fixed)
        #expect(document.error(named: "Missing") == nil)
    }

    @Test("says how its protocol uses JSON-RPC")
    func rules() {
        #expect(document.rules.version == .required)
        #expect(document.rules.params == .optional)
        #expect(document.rules.batches == .allowed(limit: 5))
        #expect(document.rules.notifications == .silent)
        #expect(document.error(for: .methodNotFound).name == "NoSuchMethod")
        #expect(document.rules.errorName(for: .internalError) == "Failed")
    }

    @Test("follows a $ref to the schema itself")
    func references() throws {
        let amount = try #require(document.method(named: "Buy")?.parameters.first?.schema)
        #expect(amount.types == .integer)
        #expect(amount.isInt64)
        #expect(amount.range.minimum == 1)
        #expect(amount.range.maximum == 900)
        #expect(amount.examples.count == 1)
        #expect(amount.line == 52)
        let receipt = try #require(document.method(named: "Buy")?.result)
        #expect(receipt.properties.map(\.name) == ["state", "tags"])
        #expect(receipt.properties.map(\.isRequired) == [true, false])
        #expect(!receipt.allowsOtherProperties)
        #expect(receipt.properties[0].schema.literals == [.integer(1), .integer(2)])
        #expect(receipt.properties[1].schema.items?.types == .string)
        #expect(document.method(named: "Sell")?.result.types == .any)
    }
}
