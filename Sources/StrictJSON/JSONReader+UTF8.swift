extension JSONReader {
    /// Steps over one character of two to four bytes, if it is valid UTF-8 (RFC 3629, section 4): no overlong form, no
    /// surrogate, nothing above U+10FFFF.
    mutating func skipMultibyteCharacter() throws(JSONError) {
        let lead = bytes[position]
        // What the second byte may be depends on the first; any further one is 0x80…0xBF.
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure(.invalidUTF8)
        }
        guard bytes.count - position >= length, second.contains(bytes[position + 1]) else {
            throw failure(.invalidUTF8)
        }
        for index in position + 2..<position + length {
            guard bytes[index] & 0xC0 == 0x80 else { throw failure(.invalidUTF8) }
        }
        position += length
    }
}
