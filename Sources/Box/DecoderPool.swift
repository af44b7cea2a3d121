internal import CBox
internal import Glibc
import Imaging
internal import Synchronization
internal import Threads

/// Keeps decoder processes ready, and keeps their template running.
final class DecoderPool: Sendable {
    /// The longest time that a request waits for a process.
    private static let patience = Duration.seconds(1)
    /// The longest idle time of a process that decodes many pictures.
    private static let longestIdle = Duration.seconds(10)
    /// A template that ran longer is replaced after the shortest pause.
    private static let stableAfter = Duration.seconds(10)
    private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(5))

    /// A process that decodes many pictures, with its memories for uploads and results.
    struct Used {
        let process: DecoderProcess
        let memories: JobMemories
        /// The number of pictures that it has decoded.
        var pictures = 0
    }

    /// A request that waits for a process.
    private final class Waiter: Sendable {
        let arrived: OneShotEvent
        let process = Mutex<DecoderProcess?>(nil)

        init() throws(SystemCallError) {
            arrived = try OneShotEvent()
        }
    }

    /// An idle process that decodes many pictures, and the start of its idle time.
    private struct Shared {
        let used: Used
        let since: ContinuousClock.Instant
    }

    private struct State {
        var control: Int32?
        var spares: [DecoderProcess] = []
        var shared: [Shared] = []
        /// The number of copies that were ordered and have not arrived.
        var ordered = 0
        var waiters: [Waiter] = []
        /// No copies are ordered before this time.
        var resumes: ContinuousClock.Instant?
        var pause = DecoderPool.pauses.first
        var counts = DecoderCounts()
    }

    private let executable: Int32
    private let spares: Int
    private let report: @Sendable (BoxEvent) -> Void
    private let state = Mutex(State())
    private let stopping: OneShotEvent
    private let ready: OneShotEvent

    /// Takes ownership of the descriptor `executable`; keeps `spares` processes ready.
    init(executable: Int32, spares: Int, report: @escaping @Sendable (BoxEvent) -> Void) throws(SystemCallError) {
        self.executable = executable
        self.spares = spares
        self.report = report
        stopping = try OneShotEvent()
        ready = try OneShotEvent()
    }

    deinit { close(executable) }

    var counts: DecoderCounts {
        state.withLock { state in
            var counts = state.counts
            counts.spares = state.spares.count + state.shared.count
            return counts
        }
    }

    /// Waits up to `time` for the first process; returns whether it is ready.
    func isReady(within time: Duration) -> Bool { ready.wait(for: time) }

    /// Takes an idle process that has decoded pictures without a C library; nil if there is none.
    func takeUsed() -> Used? {
        while let shared = state.withLock({ $0.shared.popLast() }) {
            if shared.used.process.isWaiting { return shared.used }
        }
        return nil
    }

    /// Takes a process that has received no file; nil if none arrives in time.
    func take() -> DecoderProcess? {
        while let process = state.withLock({ state in
            let spare = state.spares.popLast()
            order(&state)
            return spare
        }) {
            if process.isWaiting { return process }
            noteDeath(of: process)
        }
        return wait()
    }

    /// Takes back a process for further pictures. A process at its limit ends, and so does one more than `spares`.
    func put(_ used: Used) {
        guard used.pictures < DecoderProcess.mostPictures else { return }
        state.withLock { state in
            guard state.shared.count < spares, state.control != nil else { return }
            state.shared.append(Shared(used: used, since: .now))
        }
    }

    private func wait() -> DecoderProcess? {
        guard let waiter = try? Waiter() else { return nil }
        state.withLock { state in
            state.waiters.append(waiter)
            order(&state)
        }
        _ = waiter.arrived.wait(for: Self.patience)
        state.withLock { $0.waiters.removeAll { $0 === waiter } }
        return waiter.process.withLock { $0 }
    }

    /// Orders the missing copies: spares, and one for each waiting request.
    private func order(_ state: inout State) {
        guard let control = state.control, state.resumes.map({ $0 <= .now }) ?? true else { return }
        while state.spares.count + state.ordered < spares + state.waiters.count {
            guard unsafe portraitd_send(control, [UInt8(1)], 1, nil, 0) else { return }
            state.ordered += 1
        }
    }

    /// Delays further orders, because a process that ended before it received a file suggests that the
    /// next one will fail too.
    private func noteDeath(of process: DecoderProcess) {
        var none: [Int32] = []
        let exit = DecodingRequest.receive(from: process.socket, &none).flatMap { DecoderExit($0) }
        // A SIGKILL from outside says nothing about the next process.
        guard exit?.isKilled != true else { return }
        delay()
        report(.spareEnded(exit?.description ?? "it has ended"))
    }

    private func delay() {
        state.withLock { state in
            state.counts.failures += 1
            state.resumes = .now + state.pause
            state.pause = min(state.pause * 2, Self.pauses.longest)
        }
    }
}

// MARK: - The template

extension DecoderPool {
    /// Starts templates, one after the other, until `stop`; runs on a dedicated thread.
    func keep() {
        var pause = Self.pauses.first
        while !stopping.isRaised {
            let start = ContinuousClock.now
            do throws(SystemCallError) {
                let template = try TemplateProcess(executable: executable)
                state.withLock { $0.counts.templates += 1 }
                serve(template.control)
                let exit = template.join()
                if !stopping.isRaised { report(.templateEnded(exit.description)) }
            } catch {
                report(.templateFailed(error.description))
            }
            pause =
                start.duration(to: .now) > Self.stableAfter ? Self.pauses.first : min(pause * 2, Self.pauses.longest)
            _ = stopping.wait(for: pause)
        }
    }

    /// Makes `keep` return and ends all idle processes.
    func stop() {
        stopping.raise()
    }

    /// Receives copies until the template ends or the service stops.
    private func serve(_ control: Int32) {
        state.withLock { state in
            state.control = control
            order(&state)
        }
        var events = [
            pollfd(fd: control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let ready = unsafe poll(&events, 2, 1000)
            guard events[1].revents == 0 else { break }
            if ready > 0, events[0].revents != 0 {
                guard receive(from: control) else { break }
            }
            tidy()
        }
        let (spares, shared) = state.withLock { state in
            defer { (state.spares, state.shared, state.control, state.ordered) = ([], [], nil, 0) }
            return (state.spares, state.shared)
        }
        // Their sockets are closed outside the lock, which ends the processes.
        _ = (spares, shared)
    }

    /// Receives one copy; false at the end of the socket.
    private func receive(from control: Int32) -> Bool {
        var descriptors: [Int32] = [-1, -1]
        guard let bytes = DecodingRequest.receive(from: control, &descriptors) else { return false }
        var message = MessageReader(bytes)
        guard let id = message.number(in: 1...Int(Int32.max)), descriptors.allSatisfy({ $0 >= 0 }) else {
            // The template could not create a copy.
            state.withLock { $0.ordered = max(0, $0.ordered - 1) }
            delay()
            report(.spareEnded("the template could not be copied"))
            return true
        }
        let process = DecoderProcess(id: pid_t(id), socket: descriptors[0], handle: descriptors[1])
        ready.raise()
        let waiter = state.withLock { state -> Waiter? in
            state.ordered = max(0, state.ordered - 1)
            state.counts.processes += 1
            guard !state.waiters.isEmpty else {
                state.spares.append(process)
                return nil
            }
            let waiter = state.waiters.removeFirst()
            waiter.process.withLock { $0 = process }
            return waiter
        }
        waiter?.arrived.raise()
        return true
    }

    private func tidy() {
        let now = ContinuousClock.now
        let idle = state.withLock { state -> [Shared] in
            if let resumes = state.resumes, resumes <= now { state.resumes = nil }
            // All spares survived the pause: the processes are healthy again.
            if state.resumes == nil, state.spares.count == spares { state.pause = Self.pauses.first }
            order(&state)
            let idle = state.shared.filter { $0.since + Self.longestIdle < now }
            state.shared.removeAll { $0.since + Self.longestIdle < now }
            return idle
        }
        _ = idle
    }
}
