/// The check digits of Brazilian tax numbers, modulo 11.
///
/// Source: pix.md 2
enum CheckDigits {
    /// A CPF: eleven digits of which the last two follow from the others.
    static func isCPF(_ text: String) -> Bool {
        let characters = Array(text.utf8)
        return characters.count == 11 && characters.allSatisfy(isDigit) && isValid(characters, weights: 2...11)
    }

    /// A CNPJ: twelve digits or capitals, and two digits that follow from them.
    static func isCNPJ(_ text: String) -> Bool {
        let characters = Array(text.utf8)
        return characters.count == 14 && characters.allSatisfy { isDigit($0) || isCapital($0) }
            && isValid(characters, weights: 2...9)
    }

    private static func isValid(_ characters: [UInt8], weights: ClosedRange<Int>) -> Bool {
        // 11111111111 passes the arithmetic, and belongs to nobody.
        guard characters.contains(where: { $0 != characters[0] }) else { return false }
        let body = characters.dropLast(2)
        let first = digit(body, weights: weights)
        let second = digit(body + [first], weights: weights)
        return Array(characters.suffix(2)) == [first, second]
    }

    /// The next check digit, as a character. A letter counts as its ASCII code less 48, as a digit does.
    private static func digit(_ characters: ArraySlice<UInt8>, weights: ClosedRange<Int>) -> UInt8 {
        var sum = 0
        for (index, character) in characters.reversed().enumerated() {
            sum += (Int(character) - 48) * (weights.lowerBound + index % weights.count)
        }
        let rest = sum % 11
        return UInt8(48 + (rest < 2 ? 0 : 11 - rest))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isCapital(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
}
