import Payments
public import Storage

extension PixGateway {
    /// How many charges wait that nobody looks after, because their provider is not configured any more.
    ///
    /// - Parameter provider: that is; nil: Pix is off.
    /// - Throws: `StorageFailure`.
    public static func unattendedCharges(
        _ store: Store, _ provider: PixConfiguration.Provider?
    ) async throws -> Int64 {
        // Static codes need nobody but us.
        let attended: [PixConfiguration.Provider]
        switch provider {
        case nil: attended = []
        case .static?: attended = [.static]
        case .inter?: attended = [.static, .inter]
        }
        let counts = try await store.engine.read(.point) { sql in
            try sql.all(
                "SELECT provider, count(*) FROM pix_charges WHERE due_at IS NOT NULL GROUP BY provider", []
            ) { (provider: $0.text(0) ?? "", count: $0.integer(1) ?? 0) }
        }
        return counts.filter { row in !attended.contains { $0.rawValue == row.provider } }.reduce(0) { $0 + $1.count }
    }
}
