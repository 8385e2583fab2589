import BrowserSupport
import Foundation
import Payments
import Pix
import QRImages
import Testing

@Suite("QR images")
struct ImageTests {
    static func code(_ txid: String = "PEDIDO1") throws -> String {
        let merchant = try BRCodeMerchant(name: "Fulano de Tal", city: "Brasília")
        return try BRCode(
            key: PixKey("123e4567-e12b-12d1-a456-426655440000"), merchant: merchant,
            amount: Money(minor: 1050, currency: .brl), txid: PixTxid(staticCode: txid)
        ).text
    }

    @Test("zbar reads the code back from the PNG", arguments: [2, 3, 8, 16])
    func png(moduleSize: Int) async throws {
        let code = try Self.code()
        let image = try QRImage(code, as: .png, style: QRImageStyle(moduleSize: moduleSize))
        let read = try await Reader.read(image.bytes, named: "code.png")
        #expect(read == code)
    }

    @Test("zbar reads the code back from what the SVG draws")
    func svg() async throws {
        let code = try Self.code()
        let image = try QRImage(code, as: .svg)
        let drawn = try DrawnSVG(String(decoding: image.bytes, as: UTF8.self))
        let read = try await Reader.read(drawn.bitmap(scale: 4), named: "code.pbm")
        #expect(read == code)
    }

    @Test("a browser draws the SVG, and zbar reads the code back from the picture")
    func browser() async throws {
        let code = try Self.code()
        let image = try QRImage(code, as: .svg)
        let picture = try await Browser.with(width: 600, height: 600) { browser in
            try await browser.go("data:image/svg+xml;base64,\(Data(image.bytes).base64EncodedString())")
            return try await browser.screenshot("pix-code")
        }
        let read = try await Reader.read(path: picture)
        #expect(read == code)
    }

    @Test("text of every length and every correction is read back", arguments: QRCorrection.allCases)
    func lengths(correction: QRCorrection) async throws {
        let style = try QRImageStyle(moduleSize: 4, correction: correction)
        for length in [1, 17, 18, 137, 512] {
            let text = String(String(repeating: "Pix 10.50 br.gov.bcb.pix ", count: 40).prefix(length - 1)) + "."
            let read = try await Reader.read(QRImage(text, as: .png, style: style).bytes, named: "text.png")
            #expect(read == text)
        }
    }

    @Test("a PNG is a grey or palette image of one bit a pixel, as large as the style says")
    func header() throws {
        let image = try QRImage("x", as: .png, style: QRImageStyle(moduleSize: 3, quietZone: 5))
        #expect(image.bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let side = UInt8((21 + 10) * 3)
        #expect(image.bytes[16..<24] == [0, 0, 0, side, 0, 0, 0, side])
        #expect(image.bytes[24] == 1)
        #expect(try QRImage(Self.code(), as: .png).bytes.count < 1500)
    }

    @Test("version 8 for 137 bytes; the quiet zone is white, also where the SVG draws")
    func symbol() throws {
        let text = String(repeating: "x", count: 137)
        #expect(try QRSymbol(text).width == 49)
        let drawn = try DrawnSVG(String(decoding: QRImage(text, as: .svg).bytes, as: UTF8.self))
        #expect(drawn.side == 57)
        let symbol = try QRSymbol(text)
        for row in 0..<57 {
            for column in 0..<57 {
                let isInside = (4..<53).contains(row) && (4..<53).contains(column)
                let isDark = isInside && symbol[column - 4, row - 4]
                if drawn.isDark[row * 57 + column] != isDark { Issue.record("module \(column), \(row)") }
            }
        }
    }

    @Test("the same request gives the same bytes, another gives others", arguments: QRImageFormat.allCases)
    func deterministic(format: QRImageFormat) throws {
        let first = try QRImage(Self.code(), as: format)
        #expect(try QRImage(Self.code(), as: format) == first)
        #expect(try QRImage(Self.code("PEDIDO2"), as: format) != first)
        #expect(try QRImage(Self.code(), as: format, style: QRImageStyle(moduleSize: 9)) != first)
        #expect(first.format.contentType == (format == .png ? "image/png" : "image/svg+xml"))
    }

    @Test("the longest text of each correction fits, one byte more does not", arguments: QRCorrection.allCases)
    func longest(correction: QRCorrection) throws {
        let longest = String(repeating: "x", count: correction.limitBytes)
        #expect(try QRSymbol(longest, correction: correction).width == 177)
        #expect(throws: QRImageError.tooLong(limit: correction.limitBytes)) {
            try QRSymbol(longest + "x", correction: correction)
        }
    }

    @Test("the largest image of all is written")
    func largest() throws {
        let style = try QRImageStyle(moduleSize: 16, quietZone: 16)
        let text = String(repeating: "x", count: 2331)
        #expect(try QRImage(text, as: .png, style: style).bytes.count < 200_000)
    }

    @Test("no text, and a style beyond the limits, are refused")
    func refused() {
        #expect(throws: QRImageError.empty) { try QRImage("", as: .png) }
        for (size, zone) in [(0, 4), (17, 4), (-1, 4), (8, 3), (8, 17)] {
            #expect(throws: QRImageError.style) { try QRImageStyle(moduleSize: size, quietZone: zone) }
        }
    }
}
