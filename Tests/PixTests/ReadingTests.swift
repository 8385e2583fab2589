import Payments
import Pix
import Testing

@Suite("Reading a BR Code")
struct ReadingTests {
    @Test("every good vector is read, and written back to the byte", arguments: Vectors.good.map(\.name))
    func roundTrip(name: String) throws {
        let text = Vectors.text(name)
        let code = try BRCode(text)
        #expect(Array(code.text.utf8) == Array(text.utf8))
        // V3 is older than Pix's own rules for keys and txids; nothing else deviates.
        #expect(code.deviations == (name == "V3" ? [.unknownKeyType, .sharedLabel] : []))
    }

    @Test("V1: a random key, no amount, no txid")
    func plain() throws {
        let code = try BRCode(Vectors.text("V1"))
        #expect(code.account == .key("123e4567-e12b-12d1-a456-426655440000", info: nil, withdrawalAgent: nil))
        #expect(code.key?.kind == .evp)
        #expect(code.amount == nil)
        #expect(code.txid == nil && code.label == nil)
        #expect(code.merchantName == "Fulano de Tal" && code.merchantCity == "BRASILIA")
        #expect(code.categoryCode == "0000" && code.postalCode == nil)
        #expect(!code.isOneTime && code.recurrence == nil)
    }

    @Test("V2: a dynamic code for one payment; its label is no txid")
    func dynamic() throws {
        let code = try BRCode(Vectors.text("V2"))
        guard case .location(let location) = code.account else {
            Issue.record("it is \(code.account)")
            return
        }
        #expect(location.url == "https://pix.example.com/v2/8b3da2f39a4140d1a91abd93113bd441")
        #expect(!location.isDueDateCharge)
        #expect(code.isOneTime)
        #expect(code.amount == Money(minor: 12345, currency: .brl))
        #expect(code.label == "RP12345678-2019" && code.txid == nil && code.key == nil)
    }

    @Test("V3: Pix is found among other arrangements, in capitals")
    func shared() throws {
        let code = try BRCode(Vectors.text("V3"))
        let key = "66756C616E6F32303139406578616D706C652E636F6D"
        #expect(code.account == .key(key, info: nil, withdrawalAgent: nil))
        #expect(code.postalCode == "70074900")
        #expect(code.label == "RP12345678-2019" && code.txid == nil)
    }

    @Test("V12: who hands out cash, and a txid of 25 characters")
    func cash() throws {
        let code = try BRCode(Vectors.text("V12"))
        let key = "4004901d-bd85-4769-8e52-cb4c42c506dc"
        #expect(code.account == .key(key, info: "Jornada pagador 43107", withdrawalAgent: "99999008"))
        #expect(code.amount == Money(minor: 57757, currency: .brl))
        #expect(code.txid?.text == "99ed983ea570413d8d336301d")
    }

    @Test("V13 and V14: a recurrence beside a charge, and alone")
    func recurrence() throws {
        let both = try BRCode(Vectors.text("V13"))
        #expect(both.recurrence?.text == "pix.example.com/qr/v2/rec/94ed2badcbc04c15b0bb7fa353194890")
        #expect(
            both.account
                == .location(try #require(PixLocation("pix.example.com/qr/v2/8b3da2f39a4140d1a91abd93113bd441"))))
        let alone = try BRCode(Vectors.text("V14"))
        #expect(alone.account == .recurrenceOnly)
        #expect(alone.recurrence?.text == "pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002")
    }

    @Test(
        "the key and the amount of every static vector",
        arguments: [
            ("V4", "email thalesog@me.com", 1000), ("V5", "email thalesog@me.com", nil),
            ("V9", "email jonnasfonini@gmail.com", 2067), ("V10", "phone +5554000000000", 550),
            ("V11", "email jonnasfonini@gmail.com", 2067), ("V15", "cnpj 12345678000195", 35000),
            ("S1", "cpf 12345678909", 1), ("S2", "cnpj 12345678000195", 14990),
            ("S3", "phone +5561912345678", 123_456_789_012),
            ("S4", "email fulano_da_silva.recebedor@example.com", nil),
            ("S5", "evp 123e4567-e12b-12d1-a456-426655440000", 1000),
            ("S6", "evp 123e4567-e12b-12d1-a456-426655440000", 1000),
        ] as [(String, String, Int64?)])
    func keys(name: String, key: String, centavos: Int64?) throws {
        let code = try BRCode(Vectors.text(name))
        let found = try #require(code.key)
        #expect("\(found.kind) \(found.text)" == key)
        #expect(code.amount?.minor == centavos)
    }
}
