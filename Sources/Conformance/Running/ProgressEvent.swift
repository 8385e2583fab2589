/// What a run tells while it goes on.
public enum ProgressEvent: Sendable {
    /// The run begins.
    ///
    /// - Parameters:
    ///   - scenarios: how many there are
    ///   - ordersNeeded: how many orders a full run takes
    ///   - ordersGiven: how many there are, or nil if the run makes its own
    case started(scenarios: Int, ordersNeeded: Int, ordersGiven: Int?)
    /// A scenario begins; `number` counts from 1.
    case scenarioStarted(number: Int, id: String, title: String)
    /// A scenario waits for time to pass.
    case waiting(id: String, milliseconds: Int64)
    /// A scenario has ended; `number` is that of its beginning.
    case scenarioFinished(number: Int, ScenarioReport)
    /// The run ends before its time, for the reason that is given.
    case endedEarly(String)
}
