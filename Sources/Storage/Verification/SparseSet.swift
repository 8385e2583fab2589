/// A set of row numbers, one bit each: numbers that follow each other cost an eighth of a byte.
struct SparseSet {
    private static let bits: Int64 = 4_096
    /// By number / 4096: 64 words.
    private var chunks: [Int64: [UInt64]] = [:]

    func contains(_ number: Int64) -> Bool {
        let (chunk, word, bit) = Self.place(number)
        return chunks[chunk].map { $0[word] & bit != 0 } ?? false
    }

    /// - Returns: false if it was there already.
    @discardableResult
    mutating func insert(_ number: Int64) -> Bool {
        let (chunk, word, bit) = Self.place(number)
        let isNew = !contains(number)
        chunks[chunk, default: [UInt64](repeating: 0, count: Int(Self.bits / 64))][word] |= bit
        return isNew
    }

    private static func place(_ number: Int64) -> (chunk: Int64, word: Int, bit: UInt64) {
        // Below zero, too, the rest is not negative: the shift rounds down.
        let rest = number & (bits - 1)
        return (number >> 12, Int(rest >> 6), 1 << UInt64(rest & 63))
    }
}
