/// How a refund that is asked for is told from another one.
enum PledgRefundRequest: Sendable, Hashable {
    /// The merchant's own word for it.
    case key(String)
    /// He has none: the same words say the same until all of it is back.
    case plain
    /// It is none of those that were asked for before.
    case another

    /// What its movements are stored under: that of one before, if it is the same.
    func name(
        of id: String, _ amount: Int64?, _ members: [String: Int64]?, among movements: [PledgMovement]
    ) -> String {
        switch self {
        case .key(let key): return "\(id) \(key)"
        case .another: return "\(id) another \(PledgID.movement())"
        case .plain:
            let parts = members?.map { "\($0.key.lowercased())=\($0.value)" }.sorted().joined(separator: ",")
            let words = "\(id) plain \(parts ?? amount.map(String.init) ?? "all") "
            let open = movements.first { $0.state != .done && $0.request?.hasPrefix(words) == true }
            return open?.request ?? words + PledgID.movement()
        }
    }
}
