import Pix
import Testing

@Suite("What a BR Code may not be")
struct RefusalTests {
    @Test(
        "every negative vector is refused for its own reason, at its place",
        arguments: [
            ("N1", .checksum, "63", 133), ("N3", .length, "62", 120), ("N5", .currency, "53", 80),
            ("N6", .notPix, nil, nil), ("N7", .amount, "54", 87), ("N10", .valueTooLong, "59", 93),
            ("N11", .txid, "62-05", 126), ("N12", .keyAndLocation, "26-25", 72),
        ] as [(String, BRCodeError.Code, String?, Int?)])
    func negative(name: String, code: BRCodeError.Code, field: String?, position: Int?) {
        let error = #expect(throws: BRCodeError.self) { try BRCode(Vectors.text(name)) }
        #expect(error?.code == code)
        #expect(error?.field == field)
        #expect(error?.position == position)
    }

    @Test(
        "every tolerance vector is taken, and what deviates is named",
        arguments: [
            ("N2", []), ("N4", [.additionalDataMissing]), ("N8", [.amountForm]), ("N9", [.notASCII]),
        ] as [(String, Set<BRCodeDeviation>)])
    func tolerated(name: String, deviations: Set<BRCodeDeviation>) throws {
        let code = try BRCode(Vectors.text(name))
        #expect(code.deviations == deviations)
        // A check sum in small letters is the one thing that is written otherwise than it was read.
        #expect(code.text == (name == "N2" ? Vectors.text("V1") : Vectors.text(name)))
    }

    @Test("N9: lengths count characters, and a length in bytes is refused")
    func charactersNotBytes() throws {
        #expect(try BRCode(Vectors.text("N9")).merchantCity == "Maceió")
        let bytes = Rewriting.summed(Vectors.text("N9").replacing("6006Maceió", with: "6007Maceió").dropLast(8))
        #expect(throws: BRCodeError.self) { try BRCode(bytes) }
    }

    @Test(
        "one thing wrong with V1 and the check sum right",
        arguments: [
            ("000201", "000202", .value, "00"), ("000201", "", .missingField, "00"),
            ("000201", "0002010102AB", .value, "01"), ("000201", "000201010213", .value, "01"),
            ("000201", "000201000201", .repeatedField, "00"), ("000201", "0002010X0212", .identifier, nil),
            ("000201", "0002010200", .length, "02"), ("000201", "000201020", .identifier, nil),
            ("52040000", "", .missingField, "52"), ("52040000", "5204000A", .value, "52"),
            ("52040000", "5203000", .value, "52"), ("5303986", "", .missingField, "53"),
            ("5303986", "530398654040.0,", .amount, "54"), ("5303986", "5303986541412345678901.00", .amount, "54"),
            ("5303986", "5303986541399999999999.9", .amount, "54"), ("5303986", "53039865405-1.00", .amount, "54"),
            ("5303986", "530398654051.005", .amount, "54"), ("5303986", "5303986540110000", .length, "00"),
            ("5303986", "53039865401.", .amount, "54"), ("5303986", "530398654051.0.0", .amount, "54"),
            ("5303986", "53039865413 10.00       ", .amount, "54"),
            ("5802BR", "5802US", .value, "58"), ("5802BR", "5802br", .value, "58"), ("5802BR", "", .missingField, "58"),
            ("5913Fulano de Tal", "", .missingField, "59"), ("6008BRASILIA", "", .missingField, "60"),
            ("6008BRASILIA", "6016BRASILIA BRASILI", .valueTooLong, "60"),
            ("6008BRASILIA", "6008BRA\u{0}ILIA", .character, nil),
            ("6008BRASILIA", "6008BRA\u{200B}ILIA", .character, nil),
            ("6008BRASILIA", "6008BRA\u{202E}ILIA", .character, nil),
            ("62070503***", "62070503*** ", .identifier, nil), ("62070503***", "62070503**a", .txid, "62-05"),
            ("62070503***", "62300526AAAAAAAAAAAAAAAAAAAAAAAAAA", .valueTooLong, "62-05"),
            ("62070503***", "62140503***0503abc", .repeatedField, "62-05"),
            ("62070503***", "62070504***", .length, "62-05"),
            ("62070503***", "62070503***6303abc", .unexpectedField, "63"),
            ("26580014", "270501abc26580014", .length, "27-01"),
        ] as [(String, String, BRCodeError.Code, String?)])
    func oneThingWrong(old: String, new: String, code: BRCodeError.Code, field: String?) {
        let text = Rewriting.summed(
            Vectors.text("V1").dropLast(8).description.replacing(old, with: new, maxReplacements: 1))
        let error = #expect(throws: BRCodeError.self) { try BRCode(text) }
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test(
        "one thing wrong with the account and the check sum right",
        arguments: [
            ("0014br.gov.bcb.pix", .nothingToPay, "26"), ("0014br.gov.bcb.pix0201a", .unexpectedField, "26-02"),
            ("0014br.gov.bcb.pix010Xa", .length, "26-01"), ("0014br.gov.bcb.pix0101é", .key, "26-01"),
            ("0014br.gov.bcb.pix0101a03071234567", .value, "26-03"),
            ("0014br.gov.bcb.pix0101a03081234567a", .value, "26-03"),
            ("0014br.gov.bcb.pix0101a0101b", .repeatedField, "26-01"),
            ("0014br.gov.bcb.pix2508a.b/c d!", .location, "26-25"),
            ("0014br.gov.bcb.pix2513https://a.b/c", .location, "26-25"),
            ("0014br.gov.bcb.pix2509a@b.com/c", .location, "26-25"),
            ("0014br.gov.bcb.pix2507a.b/c#d", .location, "26-25"),
            ("0014br.gov.bcb.pix2505b.com", .location, "26-25"),
            ("0014br.gov.bcb.pix0277" + String(repeating: "x", count: 77), .unexpectedField, "26-02"),
            ("0114br.gov.bcb.pix", .notPix, nil), ("hello", .identifier, "26"),
        ] as [(String, BRCodeError.Code, String?)])
    func account(account: String, code: BRCodeError.Code, field: String?) {
        let error = #expect(throws: BRCodeError.self) { try BRCode(Rewriting.withAccount(account)) }
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test("two Pix accounts in one code are refused: which to pay would be a guess")
    func twoAccounts() {
        let other = "27190014BR.GOV.BCB.PIX0101a".replacing("2719", with: "2723")
        let text = Vectors.text("V1").dropLast(8).description.replacing(
            "5204", with: other + "5204", maxReplacements: 1)
        let error = #expect(throws: BRCodeError.self) { try BRCode(Rewriting.summed(text)) }
        #expect(error?.code == .severalPix)
        #expect(error?.field == "27")
    }

    @Test("512 characters are read, 513 are not")
    func longest() throws {
        let base = Vectors.text("V1").dropLast(8).description
        func padded(to length: Int) -> String {
            var text = base
            var id = 64
            while length - 8 - text.count > 103 {
                text += "\(id)85" + String(repeating: "x", count: 85)
                id += 1
            }
            let rest = length - 8 - text.count - 4
            return Rewriting.summed(text + "\(id)\(rest)" + String(repeating: "x", count: rest))
        }
        let longest = padded(to: 512)
        #expect(longest.count == 512)
        #expect(try BRCode(longest).text == longest)
        let error = #expect(throws: BRCodeError.self) { try BRCode(padded(to: 513)) }
        #expect(error?.code == .tooLong)
        #expect(throws: BRCodeError.self) { try BRCode(String(repeating: "0", count: 1_000_000)) }
    }

    @Test(
        "nothing, and a code without its check sum, are told to be incomplete", arguments: ["", "0", "000201", "6304"])
    func incomplete(text: String) {
        let error = #expect(throws: BRCodeError.self) { try BRCode(text) }
        #expect(error?.code == .checksumMissing)
    }

    @Test("an error tells the place and what to do, and nothing of the code")
    func errorText() {
        let error = #expect(throws: BRCodeError.self) { try BRCode(Vectors.text("N1")) }
        #expect(
            error?.description == """
                The BR Code is refused in field 63 at character 133: the check sum is wrong; copy the code again, whole.
                """)
    }
}
