/// Who gets a part of a payment, when the merchant is not the only one.
public struct Receiver: Sendable, Hashable {
    /// The cashbox that receives it: 1 to 64 letters, digits, `-` and `_`.
    public let id: String
    /// Minor units.
    public let amount: Int64

    /// Nil for an id of another shape, or an amount that is not above 0.
    public init?(id: String, amount: Int64) {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                return true
            default:
                return false
            }
        }
        guard isPlain, (1...64).contains(id.utf8.count), amount > 0 else { return nil }
        self.id = id
        self.amount = amount
    }
}

extension [Receiver] {
    /// One line for a database column: `id:amount,id:amount`; nil when empty.
    public var stored: String? {
        isEmpty ? nil : map { "\($0.id):\($0.amount)" }.joined(separator: ",")
    }

    /// Reads what ``stored`` wrote; nil if it is not of that form.
    public init?(stored text: String?) {
        self = []
        guard let text else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, let amount = Int64(halves[1]),
                let receiver = Receiver(id: String(halves[0]), amount: amount)
            else { return nil }
            append(receiver)
        }
    }
}
