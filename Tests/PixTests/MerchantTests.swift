import Pix
import Testing

@Suite("The character policy")
struct MerchantTests {
    @Test(
        "a text becomes ASCII",
        arguments: [
            ("Fulano de Tal", "Fulano de Tal"), ("São José do Pão de Açúcar", "Sao Jose do Pao de Acucar"),
            // The same letters, taken apart before they came.
            ("Sa\u{303}o Jose\u{301}", "Sao Jose"), ("  two\t\u{A0} spaces\r\n", "two spaces"),
            ("Silva & Filhos", "Silva e Filhos"), ("A&B", "A e B"), ("&", "e"),
            ("Straße Łódź Ægir Øre", "Strasse Lodz AEgir Ore"), ("“Loja” – ‘5’", "\"Loja\" - '5'"),
            ("nº 1 ﬁm １２", "no 1 fim 12"), ("Кафе 咖啡 😀", ""), ("Loja 😀 Azul", "Loja Azul"),
            ("a\u{0}b\u{200B}c", "abc"), ("", ""), ("keep CASE aNd *!#", "keep CASE aNd *!#"),
        ])
    func cleaned(text: String, expected: String) {
        #expect(BRCodeText.cleaned(text) == expected)
    }

    @Test("names are cut to 25 and cities to 15, never behind a space")
    func cut() throws {
        let merchant = try BRCodeMerchant(
            name: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", city: "São Miguel dos Campos", postalCode: "70074-900")
        #expect(merchant.name == "ABCDEFGHIJKLMNOPQRSTUVWXY")
        #expect(merchant.city == "Sao Miguel dos")
        #expect(merchant.postalCode == "70074900")
        #expect(BRCodeText.cleaned("abc def", limit: 4) == "abc")
        #expect(BRCodeText.cleaned("abc def", limit: 7) == "abc def")
        #expect(BRCodeText.cleaned("abc", limit: 0) == "")
    }

    @Test("whatever Unicode has becomes printable ASCII")
    func everyScalar() {
        for value in UInt32(0)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = BRCodeText.cleaned("a" + String(scalar) + "b")
            if !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) || text.contains("  ") {
                Issue.record("U+\(String(value, radix: 16)) becomes \(text.debugDescription)")
            }
        }
    }

    @Test(
        "what is no merchant",
        arguments: [
            ("", "BRASILIA", nil, "0000", "59"), ("Loja", " ", nil, "0000", "60"), ("咖啡", "X", nil, "0000", "59"),
            ("Loja", "X", "7007490", "0000", "61"), ("Loja", "X", "7007-4900", "0000", "61"),
            ("Loja", "X", "70074-90a", "0000", "61"), ("Loja", "X", nil, "000", "52"), ("Loja", "X", nil, "00a0", "52"),
        ] as [(String, String, String?, String, String)])
    func refused(name: String, city: String, postalCode: String?, category: String, field: String) {
        let error = #expect(throws: BRCodeError.self) {
            try BRCodeMerchant(name: name, city: city, postalCode: postalCode, categoryCode: category)
        }
        #expect(error?.field == field)
    }
}
