import Pix
import Testing

@Suite("Keys")
struct KeyTests {
    @Test(
        "a key is known by its form",
        arguments: [
            ("12345678909", .cpf, nil), ("11144477735", .cpf, nil), ("52998224725", .cpf, nil),
            ("12345678000195", .cnpj, nil), ("11222333000181", .cnpj, nil), ("11444777000161", .cnpj, nil),
            ("00038166000105", .cnpj, nil), ("12ABC34501DE35", .cnpj, nil), ("ABCDEFGH000195", .cnpj, nil),
            ("+5561912345678", .phone, nil), ("+123", .phone, nil), ("+1234567890123456", .phone, nil),
            ("Fulano@Example.COM", .email, "fulano@example.com"), ("a@b.co", .email, nil),
            ("123E4567-E12B-12D1-A456-426655440000", .evp, "123e4567-e12b-12d1-a456-426655440000"),
        ] as [(String, PixKey.Kind, String?)])
    func good(text: String, kind: PixKey.Kind, normal: String?) throws {
        let key = try PixKey(text)
        #expect(key.kind == kind)
        #expect(key.text == normal ?? text)
        #expect(try PixKey(key.text) == key)
    }

    @Test(
        "what is no key, and why",
        arguments: [
            ("", .length), (String(repeating: "a", count: 72) + "@bc.de", .length), ("1234567890 ", .character),
            ("١٢٣٤٥٦٧٨٩٠٩", .character), ("fulano@exámple.com", .character), ("a@b.co\n", .character),
            ("12345678900", .cpf), ("11111111111", .cpf), ("00000000000", .cpf), ("61912345678", .cpf),
            ("12345678000196", .cnpj), ("00000000000000", .cnpj), ("12ABC34501DE3A", .cnpj), ("AAAAAAAAAAAAAA", .cnpj),
            ("12abc34501de35", .form), ("123.456.789-09", .form), ("1234567890", .form), ("5561912345678", .form),
            ("12.345.678/0001-95", .form), ("123e4567e12b12d1a456426655440000", .form),
            ("123e4567-e12b-12d1-a456-42665544000g", .form), ("123e4567-e12b-12d1-a456-4266554400001", .form),
            ("+", .phone), ("+12", .phone), ("+05561912345678", .phone), ("+12345678901234567", .phone),
            ("+55 61912345678", .character), ("+55619123-4567", .phone),
            ("@", .email), ("a@b", .email), ("@b.co", .email), ("a@", .email), ("a@b@c.de", .email),
            ("a@.b.co", .email),
            ("a@-b.co", .email), ("a@b-.co", .email), ("a@b..co", .email), ("\"a\"@b.co", .email),
            ("a(b)@c.de", .email),
        ] as [(String, PixKeyError.Code)])
    func bad(text: String, code: PixKeyError.Code) {
        let error = #expect(throws: PixKeyError.self) { try PixKey(text) }
        #expect(error?.code == code)
    }

    @Test("each other digit in a tax number is found", arguments: ["52998224725", "11222333000181", "12ABC34501DE35"])
    func checkDigits(number: String) {
        let digits = Array(number)
        for place in digits.indices where digits[place].isNumber {
            for other in "0123456789" where other != digits[place] {
                var wrong = digits
                wrong[place] = other
                if (try? PixKey(String(wrong))) != nil { Issue.record("\(number) with \(other) at \(place) is a key") }
            }
        }
    }

    @Test("neither key nor code is printed by accident")
    func secrecy() throws {
        let key = try PixKey("12345678909")
        let code = try BRCode(Vectors.text("S1"))
        for text in ["\(key)", String(reflecting: key), "\(code)", String(reflecting: code)] {
            #expect(!text.contains("123"))
        }
    }

    @Test("an error never repeats the key")
    func errorText() {
        let error = #expect(throws: PixKeyError.self) { try PixKey("12345678900") }
        #expect(error?.description.contains("12345678900") == false)
        #expect(error?.description.hasPrefix("This is not a Pix key: its 11 digits are no CPF") == true)
    }
}
