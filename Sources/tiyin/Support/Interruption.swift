import Dispatch
import Foundation
import Synchronization

/// Whether somebody wants the program to end. A command that leaves nothing half-done asks it.
///
/// `@unchecked Sendable`: the sources are only kept.
final class Interruption: @unchecked Sendable {
    private let isRaised = Atomic(false)
    private let sources: [any DispatchSourceSignal]

    /// From now on SIGINT and SIGTERM only raise it.
    init() {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [weak self] in self?.isRaised.store(true, ordering: .relaxed) }
            source.resume()
        }
    }

    var isWanted: Bool { isRaised.load(ordering: .relaxed) }
}
