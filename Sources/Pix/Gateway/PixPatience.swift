/// Reads a list of the bank's to its end, however few pages it gives in a minute: one that begins again at every
/// "too many calls" may never come to it.
enum PixPatience {
    private static let waitsMaximum = 30

    /// - Throws: what `read` throws; ``PixBankError/busy(milliseconds:)`` for the first page, and when it was waited for
    ///   long enough.
    static func page<Item: Sendable>(
        _ number: Int64, _ read: (Int64) async throws(PixBankError) -> PixPage<Item>
    ) async throws(PixBankError) -> PixPage<Item> {
        for _ in 0..<waitsMaximum {
            do throws(PixBankError) {
                return try await read(number)
            } catch {
                guard case .busy(let milliseconds) = error, number > 0, !Task.isCancelled else { throw error }
                try? await Task.sleep(for: .milliseconds(min(max(milliseconds, 1), 60_000)))
            }
        }
        return try await read(number)
    }
}
