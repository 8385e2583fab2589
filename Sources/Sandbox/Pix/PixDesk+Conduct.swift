import Specification

extension PixDesk {
    /// What goes wrong now.
    var mishap: PixMishap {
        get {
            if !bank.conduct.faults.isEmpty { return .down }
            let next = bank.nextFault
            return next.flatMap { fault in PixMishap.allCases.first { $0.fault == fault } } ?? .none
        }
        set {
            bank.nextFault = newValue.fault
            let isDown = newValue == .down
            bank.conduct.faults =
                isDown
                ? Dictionary(uniqueKeysWithValues: PixBankOperation.allCases.map { ($0, PixBankFault.refused(503)) })
                : [:]
        }
    }

    /// How the bank tells of payments now.
    var telling: PixTelling {
        get { PixTelling.allCases.first { $0.fault == bank.conduct.noticeFault } ?? .once }
        set { bank.conduct.noticeFault = newValue.fault }
    }

    /// Writes what nobody sees on the wire.
    func say(_ key: String, order: String?, _ values: [String: LocalizedText] = [:]) {
        var entry = TimelineEntry(.note, "note", Sentence(key, values))
        entry.order = order
        timeline.add(entry)
    }
}
