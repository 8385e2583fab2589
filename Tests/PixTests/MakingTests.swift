import Payments
import Pix
import Testing

@Suite("Making a BR Code")
struct MakingTests {
    private func reais(_ centavos: Int64) -> Money { Money(minor: centavos, currency: .brl) }
    private let evp = "123e4567-e12b-12d1-a456-426655440000"

    private func fulano() throws -> BRCodeMerchant { try BRCodeMerchant(name: "Fulano de Tal", city: "BRASILIA") }
    private func thales() throws -> BRCodeMerchant {
        try BRCodeMerchant(name: "THALES OGLIARI", city: "SÃO MIGUÉL DO O")
    }

    private func expect(_ code: BRCode, is name: String) {
        #expect(Array(code.text.utf8) == Array(Vectors.text(name).utf8), "\(name)")
        #expect(code.deviations.isEmpty, "\(name)")
    }

    @Test("the static vectors, to the byte")
    func statics() throws {
        expect(try BRCode(key: PixKey(evp), merchant: fulano()), is: "V1")
        let thalesog = try PixKey("thalesog@me.com")
        expect(try BRCode(key: thalesog, merchant: thales(), amount: reais(1000), info: "Pedido 123"), is: "V4")
        expect(try BRCode(key: thalesog, merchant: thales(), info: "Pedido 123"), is: "V5")
        expect(
            try BRCode(
                key: PixKey("12345678000195"),
                merchant: BRCodeMerchant(name: "Fornecedor Exemplo SA", city: "SAO PAULO"),
                amount: reais(35000), txid: PixTxid(staticCode: "NF20260815"), info: "Pedido 1051"), is: "V15")
        expect(
            try BRCode(
                key: PixKey("4004901d-bd85-4769-8e52-cb4c42c506dc"),
                merchant: BRCodeMerchant(name: "Pix", city: "BRASILIA"),
                amount: reais(57757), txid: PixTxid(staticCode: "99ed983ea570413d8d336301d"),
                info: "Jornada pagador 43107", withdrawalAgent: "99999008"), is: "V12")
    }

    @Test("the dynamic vectors and the recurrences, to the byte")
    func dynamics() throws {
        let payload = try #require(PixLocation("payload.psp.com/3ec9d2f9-5f03-4e0e-820d-63a81e769e87"))
        expect(try BRCode(location: payload, merchant: thales(), isOneTime: false), is: "V6")
        expect(try BRCode(location: payload, merchant: thales()), is: "V7")
        let barbara = try BRCodeMerchant(name: "BÁRBARA PELÉ", city: "SÃO MIGUÉL DO O")
        expect(try BRCode(location: payload, merchant: barbara, isOneTime: false), is: "V8")
        let location = try #require(PixLocation("pix.example.com/qr/v2/8b3da2f39a4140d1a91abd93113bd441"))
        let both = try #require(PixLocation("pix.example.com/qr/v2/rec/94ed2badcbc04c15b0bb7fa353194890"))
        expect(try BRCode(location: location, merchant: fulano(), recurrence: both), is: "V13")
        let alone = try #require(PixLocation("pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002"))
        expect(try BRCode(recurrence: alone, merchant: fulano()), is: "V14")
    }

    @Test("the synthetic vectors, to the byte")
    func synthetic() throws {
        func make(
            _ name: String, _ key: String, _ centavos: Int64?, txid: String? = nil, merchant: BRCodeMerchant? = nil
        ) throws {
            let reference = try txid.map { try #require(PixTxid(staticCode: $0)) }
            let code = try BRCode(
                key: PixKey(key), merchant: merchant ?? fulano(), amount: centavos.map(reais), txid: reference)
            expect(code, is: name)
        }
        try make("S1", "12345678909", 1, txid: "PEDIDO1")
        let shop = try BRCodeMerchant(name: "EMPRESA EXEMPLO LTDA", city: "BELO HORIZONTE")
        try make("S2", "12345678000195", 14990, txid: "pedido1061", merchant: shop)
        try make("S3", "+5561912345678", 123_456_789_012)
        try make("S4", "fulano_da_silva.recebedor@example.com", nil, txid: "RP123456782019")
        try make("S5", evp, 1000, txid: String(repeating: "A", count: 25))
        try make("S6", evp, 1000, txid: "PEDIDO472")
    }

    @Test(
        "an amount that no code holds is refused, zero included: without one the payer would choose",
        arguments: [0, -1, Int64.min, 1_000_000_000_000, Int64.max])
    func amounts(centavos: Int64) throws {
        let error = #expect(throws: BRCodeError.self) {
            try BRCode(key: PixKey(evp), merchant: fulano(), amount: reais(centavos))
        }
        #expect(error?.code == .amount)
        #expect(
            try BRCode(key: PixKey(evp), merchant: fulano(), amount: reais(999_999_999_999)).amount?.decimal
                == "9999999999.99")
    }

    @Test("only reais")
    func currency() {
        let error = #expect(throws: BRCodeError.self) {
            try BRCode(key: PixKey(evp), merchant: fulano(), amount: Money(minor: 100, currency: .usd))
        }
        #expect(error?.code == .currency)
    }

    @Test("a txid of a charge does not fit a static code")
    func txid() throws {
        let charge = try #require(PixTxid(charge: String(repeating: "a", count: 26)))
        let error = #expect(throws: BRCodeError.self) {
            try BRCode(key: PixKey(evp), merchant: fulano(), txid: charge)
        }
        #expect(error?.code == .txid)
    }

    @Test(
        "info has the room that the key leaves, and not one character more",
        arguments: [
            ("12345678909", 62), ("12345678000195", 59), ("+5561912345678", 59),
            ("123e4567-e12b-12d1-a456-426655440000", 37),
        ])
    func info(key: String, limit: Int) throws {
        let key = try PixKey(key)
        #expect(BRCode.infoLimit(beside: key) == limit)
        let full = String(repeating: "x", count: limit)
        let code = try BRCode(key: key, merchant: fulano(), info: full)
        #expect(code.account == .key(key.text, info: full, withdrawalAgent: nil))
        let error = #expect(throws: BRCodeError.self) { try BRCode(key: key, merchant: fulano(), info: full + "x") }
        #expect(error?.code == .valueTooLong)
        let less = String(repeating: "x", count: limit - 12)
        let cash = try BRCode(key: key, merchant: fulano(), info: less, withdrawalAgent: "1234567A")
        #expect(cash.account == .key(key.text, info: less, withdrawalAgent: "1234567A"))
        #expect(throws: BRCodeError.self) {
            try BRCode(key: key, merchant: fulano(), info: less + "x", withdrawalAgent: "1234567A")
        }
    }

    @Test("a key of 77 characters fills the account; an agent beside it is refused")
    func longKey() throws {
        func email(_ length: Int) throws -> PixKey { try PixKey(String(repeating: "a", count: length - 6) + "@bc.de") }
        let code = try BRCode(key: email(77), merchant: fulano())
        #expect(try BRCode(code.text).key == email(77))
        #expect(BRCode.infoLimit(beside: try email(77)) == 0)
        #expect(throws: BRCodeError.self) { try BRCode(key: email(77), merchant: fulano(), info: "x") }
        #expect(try BRCode(key: email(65), merchant: fulano(), withdrawalAgent: "12345678").deviations.isEmpty)
        #expect(throws: BRCodeError.self) {
            try BRCode(key: email(66), merchant: fulano(), withdrawalAgent: "12345678")
        }
        #expect(throws: BRCodeError.self) { try BRCode(key: email(20), merchant: fulano(), withdrawalAgent: "1234567") }
    }

    @Test("info is brought to ASCII, and an empty one is left out")
    func cleanInfo() throws {
        let code = try BRCode(key: PixKey(evp), merchant: fulano(), info: "  Café nº 5 \n")
        #expect(code.account == .key(evp, info: "Cafe no 5", withdrawalAgent: nil))
        let none = try BRCode(key: PixKey(evp), merchant: fulano(), info: " 咖啡 ")
        #expect(none.account == .key(evp, info: nil, withdrawalAgent: nil))
    }
}
