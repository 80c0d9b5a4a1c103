import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beatIntervalMs, Heartbeat } from '../../../../src/core/pool/heartbeat';
import { MemoryWatch } from '../../../../src/core/pool/memory-watch';
import { WorkerVitals } from '../../../../src/core/pool/worker-vitals';

describe('a heartbeat', () => {
  it('asks again only when it has been answered', () => {
    const heart = new Heartbeat(0);
    expect(heart.beat(2000)).toBe('ask');
    expect(heart.beat(4000)).toBe('wait');
    expect(heart.heard()).toBe(false);
    expect(heart.beat(6000)).toBe('ask');
  });

  it('finds one that does not answer silent once, and hears it come back', () => {
    const heart = new Heartbeat(0);
    heart.beat(2000);
    expect(heart.beat(4000)).toBe('wait');
    expect(heart.isSilent).toBe(false);
    expect(heart.beat(6000)).toBe('silent');
    expect(heart.isSilent).toBe(true);
    expect(heart.beat(8000)).toBe('wait');
    expect(heart.heard()).toBe(true);
    expect(heart.isSilent).toBe(false);
    expect(heart.beat(10_000)).toBe('ask');
  });

  it('does not blame a worker for the time in which the server itself was held up', () => {
    const heart = new Heartbeat(0);
    heart.beat(2000);
    // Ten minutes in which the server could neither ask nor read.
    expect(heart.beat(602_000)).toBe('wait');
    expect(heart.beat(604_000)).toBe('silent');
  });

  it('finds one that has stopped within ten seconds, whenever that was between two beats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (stoppedAt) => {
        const heart = new Heartbeat(0);
        for (let now = beatIntervalMs; now < 60_000; now += beatIntervalMs) {
          const step = heart.beat(now);
          if (step === 'ask' && now < stoppedAt) heart.heard();
          if (step === 'silent') return now >= stoppedAt && now - stoppedAt <= 10_000;
        }
        return false;
      }),
    );
  });

  it('never finds one silent that answers within a beat', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 50 }), (pauses) => {
        const heart = new Heartbeat(0);
        let now = 0;
        return pauses.every((pause) => {
          now += pause;
          const step = heart.beat(now);
          heart.heard();
          return step === 'ask';
        });
      }),
    );
  });
});

describe('what a worker uses', () => {
  it('is told when it has changed', () => {
    const vitals = new WorkerVitals(0);
    expect([vitals.rssMiB, vitals.cpuPercent]).toEqual([null, null]);
    expect(vitals.measured(50, 100, 0)).toBe(true);
    expect([vitals.rssMiB, vitals.cpuPercent]).toEqual([50, null]);
    expect(vitals.measured(50.5, 300, 500)).toBe(false);
    expect(vitals.measured(80, 1100, 2000)).toBe(true);
    expect([vitals.rssMiB, vitals.cpuPercent]).toEqual([80, 50]);
    expect(vitals.measured(80, 2105, 4000)).toBe(false);
    expect(vitals.measured(80, 2105, 6000)).toBe(true);
    expect(vitals.cpuPercent).toBe(0);
  });
});

describe('a memory watch', () => {
  it('counts how much a process grows during a run, and leaves V8 some room', () => {
    const watch = new MemoryWatch(100, 300);
    expect(watch.isOver(390)).toBe(false);
    expect(watch.isOver(460)).toBe(false);
    expect(watch.isOver(465)).toBe(true);
    expect(watch.usedMiB).toBe(165);
  });

  it('does not give a run credit for what its process gives back meanwhile', () => {
    const watch = new MemoryWatch(100, 500);
    expect(watch.isOver(200)).toBe(false);
    expect(watch.isOver(360)).toBe(false);
    expect(watch.isOver(370)).toBe(true);
  });
});
