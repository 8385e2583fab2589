/// What the bank says in its own words, without what does not belong into a log or onto a page: it may quote a tax
/// number, a telephone, an e-mail address or a key.
enum BankWords {
    private static let mask: [UInt8] = Array("***".utf8)
    /// More of a text is not looked at.
    private static let bytesMaximum = 8_192

    /// - Parameter limit: characters at the most.
    static func masked(_ text: String, limit: Int = 200) -> String {
        // PostgreSQL stores no U+0000.
        let words = text.utf8.prefix(bytesMaximum).filter { $0 != 0 }.split(
            separator: 0x20, omittingEmptySubsequences: false)
        // Whatever stands around an at sign.
        let withoutMail = words.map { $0.contains(0x40) ? mask[...] : $0 }.joined(separator: [0x20])
        return String(String(decoding: withoutNumbers(Array(withoutMail)), as: UTF8.self).prefix(limit))
    }

    /// Without runs of eleven digits and more, UUIDs, and tax numbers of companies, which may have letters.
    private static func withoutNumbers(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let isStart = index == 0 || !isAlphanumeric(bytes[index - 1])
            let rest = bytes[index...]
            if let length = (isStart ? uuid(rest) ?? company(rest) : nil) ?? longNumber(rest) {
                result += mask
                index += length
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Eleven digits and more, with points, dashes, slashes, brackets or blanks between them.
    private static func longNumber(_ bytes: ArraySlice<UInt8>) -> Int? {
        var (digits, length, gap) = (0, 0, 0)
        for (offset, byte) in bytes.enumerated() {
            if isDigit(byte) {
                (digits, length, gap) = (digits + 1, offset + 1, 0)
            } else {
                gap += 1
                guard digits > 0, gap <= 2, separators.contains(byte) else { break }
            }
        }
        return digits >= 11 ? length : nil
    }

    private static let separators = Set(" .-/()".utf8)

    private static func uuid(_ bytes: ArraySlice<UInt8>) -> Int? {
        fits(bytes, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") ? 36 : nil
    }

    /// Source: pix.md 2
    private static func company(_ bytes: ArraySlice<UInt8>) -> Int? {
        fits(bytes, "AA.AAA.AAA/AAAA-dd") ? 18 : fits(bytes, "AAAAAAAAAAAAdd") ? 14 : nil
    }

    private static func fits(_ bytes: ArraySlice<UInt8>, _ pattern: String) -> Bool {
        let length = pattern.utf8.count
        guard bytes.count >= length, bytes.dropFirst(length).first.map({ !isAlphanumeric($0) }) ?? true else {
            return false
        }
        return zip(bytes, pattern.utf8).allSatisfy { byte, kind in
            switch kind {
            case 0x68: isDigit(byte) || (0x41...0x46).contains(byte & 0xdf)
            case 0x41: isDigit(byte) || (0x41...0x5a).contains(byte)
            case 0x64: isDigit(byte)
            default: byte == kind
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5a).contains(byte & 0xdf)
    }
}
