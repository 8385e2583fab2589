extension BRCode {
    /// The most characters that a code may have.
    ///
    /// Source: pix.md 1.1, the API's limit of `pixCopiaECola`
    public static let longest = 512

    /// The name of Pix among the arrangements, compared without regard to case.
    static let identifier = "br.gov.bcb.pix"

    /// Reads a code, strictly: structure, limits and check sum.
    ///
    /// What others write loosely and the manual lets them is taken and named in ``deviations``.
    ///
    /// - Parameter text: the code alone, without spaces around it.
    /// - Throws: ``BRCodeError`` with what is wrong and where.
    public init(_ text: String) throws(BRCodeError) {
        // Bytes first: they are counted without walking through the text.
        guard text.utf8.count <= 4 * Self.longest else { throw BRCodeError(.tooLong) }
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= Self.longest else { throw BRCodeError(.tooLong) }
        let isASCII = try Self.checkCharacters(scalars)
        try Self.checkSum(scalars)
        try self.init(fields: TLV.read(scalars.dropLast(8), from: 0))
        if !isASCII { deviations.insert(.notASCII) }
    }

    /// What is seen, and nothing invisible that could make two codes look the same.
    private static func checkCharacters(_ scalars: [Unicode.Scalar]) throws(BRCodeError) -> Bool {
        var isASCII = true
        for (position, scalar) in scalars.enumerated() where !scalar.isPrintableASCII {
            isASCII = false
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                throw BRCodeError(.character, position: position)
            default:
                continue
            }
        }
        return isASCII
    }

    /// Before the structure: whoever copied half a code is told so, and not about a field.
    private static func checkSum(_ scalars: [Unicode.Scalar]) throws(BRCodeError) {
        let mark = scalars.count - 8
        guard mark >= 0, scalars[mark..<(mark + 4)].elementsEqual("6304".unicodeScalars) else {
            throw BRCodeError(.checksumMissing, field: "63", position: scalars.count)
        }
        var written: UInt16 = 0
        for scalar in scalars[(mark + 4)...] {
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw BRCodeError(.checksumMissing, field: "63", position: mark + 4)
            }
            written = written << 4 | UInt16(digit)
        }
        let checked = TLVField(63, Array(scalars[..<(mark + 4)])).text
        guard CRC16.checksum(checked.utf8) == written else {
            throw BRCodeError(.checksum, field: "63", position: mark + 4)
        }
    }
}
