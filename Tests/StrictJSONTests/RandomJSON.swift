import StrictJSON

/// SplitMix64: the same numbers on every machine for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// Random values, strings and numbers, with a liking for what goes wrong.
struct RandomJSON {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int.random(in: choices.indices, using: &generator)]
    }

    mutating func count(to maximum: Int) -> Int {
        Int.random(in: 0...maximum, using: &generator)
    }

    /// A value whose arrays and objects nest at most `depth` deep.
    mutating func value(depth: Int = 4) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(integer())
        case 3: return number()
        case 4, 5: return .string(string())
        case 6, 7: return .array((0..<count(to: 5)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            // Now and then more members than are compared one by one.
            for _ in 0..<pick([0, 1, 2, 3, 5, 20]) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    mutating func integer() -> Int64 {
        let edges: [Int64] = [0, 1, -1, 9, 10, .max, .min, 1 << 53, 1_399_114_284_039, 500_000]
        let bits = Int64.random(in: .min ... .max, using: &generator)
        return pick([pick(edges), bits, bits >> 32, bits >> 56])
    }

    /// A number that is not an `Int64`, of a size that `Double` takes too.
    mutating func number() -> JSONValue {
        let sign = pick(["", "-"])
        let whole = String(UInt64.random(in: 0...UInt64.max >> UInt64(count(to: 63)), using: &generator))
        let fraction = "." + String(UInt32.random(in: 0...UInt32.max, using: &generator))
        let exponent = pick(["e", "E"]) + pick(["", "+", "-"]) + pick(["0", "7", "00", "42", "200"])
        return .number(sign + whole + pick([fraction, exponent, fraction + exponent]))
    }

    mutating func string() -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<pick([0, 1, 2, 3, 7, 8, 9, 15, 16, 40]) {
            let range: ClosedRange<UInt32> = pick([0...0x1F, 0x20...0x7E, 0x20...0x7E, 0x80...0x7FF, 0...0x10FFFF])
            let edges: [Unicode.Scalar] = ["\"", "\\", "/", "\u{7F}", "\u{2028}", "\u{301}", "\u{FFFD}", "e"]
            let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? pick(edges)
            scalars.append(pick([scalar, scalar, scalar, pick(edges)]))
        }
        return String(scalars)
    }

    /// The bytes with one to three small damages: a byte changed, added or taken out, a piece repeated or cut off.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...count(to: 2) {
            let position = count(to: bytes.count)
            let byte = pick(
                Array(#"{}[]:,"\0123456789-+.eEtfnu/ abd"#.utf8) + [UInt8.random(in: 0...255, using: &generator)])
            let end = min(position + count(to: 8), bytes.count)
            switch count(to: 5) {
            case 0, 1: if position < bytes.count { bytes[position] = byte }
            case 2: if position < bytes.count { bytes[position] ^= 1 << UInt8(count(to: 7)) }
            case 3: bytes.insert(byte, at: position)
            case 4: bytes.insert(contentsOf: bytes[position..<end], at: count(to: bytes.count))
            default: bytes.removeSubrange(position..<end)
            }
        }
        return bytes
    }
}
